import { players } from '../players/index.js';
import { discord } from './own-senders/public-keys.js';

/** A request to a source's address. */
export interface Call {
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Behind the source's name. */
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How a provider asks who answers at an address, and what it has to hear. */
export interface HandshakePlay {
  readonly slug: string;
  /** What the admin enters for it; undefined where the handshake brings it. */
  readonly secret?: string;
  /** What is agreed upon for handshakes. */
  readonly verifyToken?: string;
  readonly call: () => Promise<Call>;
  readonly answer: {
    readonly status: number;
    readonly type: string | null;
    readonly body: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** The same from somebody else, or not well-formed, by what is wrong with it, and the status that it is answered with. */
  readonly wrong: Readonly<Record<string, { readonly call: () => Promise<Call>; readonly status: number }>>;
}

const TEXT = 'text/plain; charset=utf-8';
const JSON_TEXT = 'application/json; charset=utf-8';
const LONG = 'x'.repeat(2000);

/** A body, signed now as the provider would. */
export async function signedCall(
  slug: string,
  body: string,
  {
    secret,
    headers = {},
    id = 'msg_1',
  }: { secret?: string; headers?: Record<string, string>; id?: string } = {},
): Promise<Call> {
  const player = players.find((each) => each.slug === slug);
  if (!player) throw new Error(`nobody plays ${slug}`);
  const signature = await player.sign({ body, at: new Date(), id }, secret ?? player.secret);
  return { method: 'POST', headers: { ...headers, ...signature }, body };
}

/** As {@link signedCall}, by Discord's key. */
export async function discordCall(body: string, secret = discord.secret): Promise<Call> {
  const { headers } = await discord.sign(body, secret, new Date());
  return { method: 'POST', headers: headers as Record<string, string>, body };
}

const get = (query: string, headers: Record<string, string> = {}): (() => Promise<Call>) => {
  return () => Promise.resolve({ method: 'GET', query, headers });
};
const post = (call: Omit<Call, 'method'>): (() => Promise<Call>) => {
  return () => Promise.resolve({ method: 'POST', ...call });
};

const intercom = players.find(({ slug }) => slug === 'intercom');

/** A handshake that is signed, with what every such one has to refuse. */
function signedPlay(
  slug: string,
  body: string,
  answer: HandshakePlay['answer'],
  headers: Record<string, string> = {},
): HandshakePlay {
  const player = players.find((each) => each.slug === slug);
  return {
    slug,
    ...(player && { secret: player.secret }),
    call: () => signedCall(slug, body, { headers }),
    answer,
    wrong: {
      'signed by somebody else': {
        call: () => signedCall(slug, body, { headers, secret: player?.otherSecret ?? '' }),
        status: 401,
      },
      'not signed': { call: post({ headers, body }), status: 401 },
      'changed after it was signed': {
        call: async () => ({ ...(await signedCall(slug, body, { headers })), body: `${body} ` }),
        status: 401,
      },
    },
  };
}

function hubPlay(slug: string): HandshakePlay {
  const query = (token: string, challenge = '1158201444'): string =>
    `?hub.mode=subscribe&hub.challenge=${challenge}&hub.verify_token=${token}`;
  return {
    slug,
    secret: 'an app secret',
    verifyToken: 'meatyhamhock',
    call: get(query('meatyhamhock')),
    answer: { status: 200, type: TEXT, body: '1158201444' },
    wrong: {
      'with another token': { call: get(query('meatyhamhoc')), status: 404 },
      'with the app secret for a token': { call: get(query('an%20app%20secret')), status: 404 },
      'without a token': { call: get('?hub.mode=subscribe&hub.challenge=1'), status: 404 },
      'with two tokens': { call: get(`${query('meatyhamhock')}&hub.verify_token=other`), status: 404 },
      'of another mode': { call: get(query('meatyhamhock').replace('subscribe', 'denied')), status: 404 },
      'with a challenge of many lines': { call: get(query('meatyhamhock', 'a%0Ab')), status: 404 },
      'with an endless challenge': { call: get(query('meatyhamhock', LONG)), status: 404 },
      'by POST': { call: post({ query: query('meatyhamhock'), body: '' }), status: 401 },
    },
  };
}

/** Every handshake but that of Amazon SNS, whose keys have to be fetched. */
export const plays: readonly HandshakePlay[] = [
  {
    slug: 'intercom',
    ...(intercom && { secret: intercom.secret }),
    call: () => Promise.resolve({ method: 'HEAD' }),
    answer: { status: 200, type: null, body: '' },
    wrong: { 'by another method': { call: get(''), status: 404 } },
  },
  hubPlay('meta'),
  hubPlay('whatsapp'),
  signedPlay(
    'slack',
    '{"token":"Jhj5dZrVaK7ZwHHjRyZWjbDl","challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P","type":"url_verification"}',
    { status: 200, type: TEXT, body: '3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P' },
  ),
  signedPlay(
    'zoom',
    '{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event_ts":1654503849680,"event":"endpoint.url_validation"}',
    {
      status: 200,
      type: JSON_TEXT,
      // printf qgg8vlvZRS6UYooatFL8Aw | openssl dgst -sha256 -hmac 'a zoom secret token'
      body: '{"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"2db539f3136c6cbe27c19aa6aa4d5c7367b1e233ad41bb2063d911490cf25e30"}',
    },
  ),
  {
    slug: 'dropbox',
    secret: 'an app secret',
    call: get('?challenge=abc123%20%3Cb%3E'),
    answer: { status: 200, type: TEXT, body: 'abc123 <b>', headers: { 'x-content-type-options': 'nosniff' } },
    wrong: {
      'without a challenge': { call: get(''), status: 404 },
      'with an empty challenge': { call: get('?challenge='), status: 404 },
      'with two challenges': { call: get('?challenge=a&challenge=b'), status: 404 },
      'with a challenge that is no ASCII': { call: get('?challenge=%C3%A9'), status: 404 },
      'by POST': { call: post({ query: '?challenge=a', body: '' }), status: 401 },
    },
  },
  signedPlay(
    'twitch',
    '{"challenge":"pogchamp-kappa-360noscope-vohiyo","subscription":{"id":"f1c2a387","status":"webhook_callback_verification_pending","type":"channel.follow","version":"2","cost":1,"condition":{"broadcaster_user_id":"12826"}}}',
    { status: 200, type: TEXT, body: 'pogchamp-kappa-360noscope-vohiyo' },
    { 'twitch-eventsub-message-type': 'webhook_callback_verification' },
  ),
  {
    slug: 'okta',
    secret: 'Basic b2t0YTpzZWNyZXQ=',
    call: get('', { 'x-okta-verification-challenge': 'a "challenge"' }),
    answer: { status: 200, type: JSON_TEXT, body: '{"verification":"a \\"challenge\\""}' },
    wrong: {
      'without a challenge': { call: get(''), status: 404 },
      'with an endless challenge': { call: get('', { 'x-okta-verification-challenge': LONG }), status: 404 },
      'by POST': { call: post({ headers: { 'x-okta-verification-challenge': 'a' }, body: '' }), status: 401 },
    },
  },
  {
    slug: 'microsoft-graph',
    secret: 'secretClientValue',
    call: post({
      query: '?validationToken=Validation%3a+Testing+client+application+reachability',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: '',
    }),
    answer: { status: 200, type: TEXT, body: 'Validation: Testing client application reachability' },
    wrong: {
      'with an endless token': { call: post({ query: `?validationToken=${LONG}`, body: '' }), status: 401 },
      'with a token of many lines': {
        call: post({ query: '?validationToken=a%0d%0ab', body: '' }),
        status: 401,
      },
      'without a token': { call: post({ body: '' }), status: 401 },
      'by GET': { call: get('?validationToken=a'), status: 404 },
    },
  },
  {
    slug: 'discord',
    secret: discord.secret,
    call: () => discordCall('{"id":"1","application_id":"2","type":1,"token":"t","version":1}'),
    answer: { status: 200, type: JSON_TEXT, body: '{"type":1}' },
    wrong: {
      'signed by somebody else': { call: () => discordCall('{"type":1}', discord.otherSecret), status: 401 },
      'not signed': { call: post({ body: '{"type":1}' }), status: 401 },
    },
  },
  signedPlay(
    'xero',
    '{"events":[],"lastEventSequence":0,"firstEventSequence":0,"entropy":"S0m3r4Nd0mt3xt"}',
    {
      status: 200,
      type: null,
      body: '',
    },
  ),
  {
    slug: 'x',
    secret: 'a consumer secret',
    call: get('?crc_token=challenge_string'),
    // printf challenge_string | openssl dgst -sha256 -hmac 'a consumer secret' -binary | base64
    answer: {
      status: 200,
      type: JSON_TEXT,
      body: '{"response_token":"sha256=JcgHsRK6aiFYVtasMoLV4pEQ6cxDghlBu0vDobkR1J8="}',
    },
    wrong: {
      'for a token that could be an event': { call: get('?crc_token=%7B%22a%22:1%7D'), status: 404 },
      'for a token with white space': { call: get('?crc_token=%20a'), status: 404 },
      'for an endless token': { call: get(`?crc_token=${LONG}`), status: 404 },
      'for an empty token': { call: get('?crc_token='), status: 404 },
      'for two tokens': { call: get('?crc_token=a&crc_token=b'), status: 404 },
      'by POST': { call: post({ query: '?crc_token=a', body: '{}' }), status: 401 },
    },
  },
];
