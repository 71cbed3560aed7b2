import { signRequest, verifyRequest } from '@contentful/node-apps-toolkit';
import {
  ADDRESS,
  changed,
  isContent,
  JSON_BODIES,
  NOW,
  type OwnSender,
  post,
  usual,
  withHeader,
} from './own-sender.js';

export const contentful: OwnSender = {
  name: '@contentful/node-apps-toolkit',
  slug: 'contentful',
  secret: 'a'.repeat(64),
  otherSecret: 'b'.repeat(64),
  header: 'x-contentful-signature',
  bodies: JSON_BODIES,
  sign: (body, secret = contentful.secret, at = NOW) => {
    const headers = {
      'content-type': 'application/json',
      'x-contentful-topic': ' ContentManagement.Entry.publish ',
    };
    const signed = signRequest(
      secret,
      { method: 'POST', path: new URL(ADDRESS).pathname, headers, body },
      at.getTime(),
    );
    return post(body, { ...headers, ...(signed as unknown as Record<string, string>) });
  },
  accepts: ({ url, headers, rawBody }, secret) =>
    isContent(() =>
      verifyRequest(secret, {
        method: 'POST',
        path: url.slice(new URL(url).origin.length),
        headers: headers as Record<string, string>,
        body: rawBody.toString(),
      }),
    ),
  forgeries: [
    withHeader(
      'another value of a signed header',
      'x-contentful-topic',
      () => 'ContentManagement.Entry.delete',
    ),
    withHeader('a signed header that is gone', 'x-contentful-topic', () => ''),
    withHeader('a header less in the list', 'x-contentful-signed-headers', (list) =>
      list.replace('content-type,', ''),
    ),
    withHeader('no list of headers', 'x-contentful-signed-headers', () => '', 'missing_header'),
    withHeader(
      'one more header in the list, which is not there',
      'x-contentful-signed-headers',
      (list) => `absent,${list}`,
    ),
    {
      name: 'an address with a second question mark',
      reason: 'malformed_header',
      forge: () => {
        const path = `${new URL(ADDRESS).pathname}?a=1`;
        const signed = signRequest(contentful.secret, { method: 'POST', path, body: '{}' }, NOW.getTime());
        return post('{}', { ...(signed as unknown as Record<string, string>) }, `${ADDRESS}?a=1?admin=1`);
      },
    },
    {
      name: 'another path',
      reason: 'signature_mismatch',
      forge: async (sender) => changed(await usual(sender), { url: `${ADDRESS}/other` }),
    },
  ],
};
