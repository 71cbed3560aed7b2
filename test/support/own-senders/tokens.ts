import { JSON_BODIES, type OwnSender, post, textOf, withBody } from './own-sender.js';

/** A sender that shows its secret in a header. */
function tokenSender(slug: string, header: string, secret: string, otherSecret: string): OwnSender {
  return {
    name: 'the steps of its page',
    slug,
    secret,
    otherSecret,
    header,
    bodies: JSON_BODIES,
    sign: (body, shown = secret) => post(body, { [header]: shown }),
    accepts: ({ headers }, known) => textOf(headers[header]) === known,
    forgeries: [],
  };
}

export const gitlab = tokenSender('gitlab', 'x-gitlab-token', 'a token of ours', 'another token');
export const okta = tokenSender('okta', 'authorization', 'Basic dXNlcjpzZWNyZXQ=', 'Basic dXNlcjpvdGhlcg==');

const NAMED = 'X-Okta-Key: ';
const ofNamedHeader = tokenSender('okta', 'x-okta-key', 'a token: of our own choice', 'another token');

/** With a header of the admin's choice. */
export const oktaNamed: OwnSender = {
  ...ofNamedHeader,
  secret: NAMED + ofNamedHeader.secret,
  otherSecret: NAMED + ofNamedHeader.otherSecret,
  sign: (body, secret = oktaNamed.secret) => ofNamedHeader.sign(body, secret.slice(NAMED.length)),
  accepts: ({ headers }, secret) => NAMED + textOf(headers['x-okta-key']) === secret,
};

const notifications = (...clientStates: unknown[]): string =>
  JSON.stringify({
    value: clientStates.map((clientState) => ({ subscriptionId: 's', changeType: 'created', clientState })),
  });

export const microsoftGraph: OwnSender = {
  name: 'the steps of its page',
  slug: 'microsoft-graph',
  secret: 'secretClientValue',
  otherSecret: 'another state',
  header: null,
  bodies: {
    'of one notification': notifications('secretClientValue'),
    'of several notifications': notifications('secretClientValue', 'secretClientValue'),
  },
  sign: (body, secret = microsoftGraph.secret) => post(body.replaceAll(microsoftGraph.secret, secret), {}),
  accepts: null,
  forgeries: [
    withBody('one notification of somebody else', () => notifications('secretClientValue', 'another state')),
    withBody(
      'a notification without a state',
      () => notifications('secretClientValue', undefined),
      'malformed_body',
    ),
    withBody('a state that is no text', () => notifications(['secretClientValue']), 'malformed_body'),
    withBody('no notifications', () => notifications(), 'malformed_body'),
    withBody('an empty body', () => '', 'malformed_body'),
    withBody('null', () => 'null', 'malformed_body'),
  ],
};
