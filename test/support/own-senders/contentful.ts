import { signRequest, verifyRequest } from '@contentful/node-apps-toolkit';
import {
  ADDRESS,
  changed,
  isContent,
  JSON_BODIES,
  NOW,
  off,
  type OwnSender,
  post,
  usual,
  withBody,
  withHeader,
} from './own-sender.js';

export const contentful: OwnSender = {
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
    withBody('a body changed by one byte', (body) => body.replace('1250', '1251')),
    withBody('a body cut short', (body) => body.slice(0, -1)),
    withBody('an empty body', () => ''),
    withBody('a body with a byte order mark added', (body) => `\uFEFF${body}`),
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
      'signature_mismatch',
      'it strikes from the list what is not there; what is listed is signed',
    ),
    withHeader('another timestamp', 'x-contentful-timestamp', (at) => String(Number(at) + 1)),
    withHeader(
      'a timestamp with letters behind it',
      'x-contentful-timestamp',
      (at) => `${at}abc`,
      'malformed_header',
      'it reads the digits and signs those; a timestamp is a number or it is none',
    ),
    {
      name: 'a stale timestamp',
      reason: 'stale_timestamp',
      forge: (sender) => sender.sign(JSON_BODIES['as sent'], sender.secret, off(-30)),
    },
    {
      name: 'a future timestamp',
      reason: 'future_timestamp',
      difference: 'it looks at the age alone; a captured request could be kept for years',
      forge: (sender) => sender.sign(JSON_BODIES['as sent'], sender.secret, off(30)),
    },
    {
      name: 'an address with a second question mark',
      reason: 'malformed_header',
      difference: 'it drops what follows, which is unsigned',
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
