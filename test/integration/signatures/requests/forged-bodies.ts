import { hasNoTimeInBody, hasTimeInBody, isList, listed, type Request, sends, tampers } from './request.js';

/** Bodies that nobody has signed, or not with this secret. */
export const forgedBodies: readonly Request[] = [
  {
    name: 'a body changed by one byte',
    verdict: 'signature_mismatch',
    make: tampers((body) => body.replace('1250', '1251')),
  },
  {
    name: 'a body changed in the case of a letter',
    verdict: 'signature_mismatch',
    make: tampers((body) => body.replace('evt_1', 'Evt_1')),
  },
  {
    name: 'a body with a line end added',
    verdict: 'signature_mismatch',
    make: tampers((body) => `${body}\n`),
  },
  {
    name: 'a body with a letter written as an escape',
    verdict: 'signature_mismatch',
    make: tampers((body) => body.replace('ë', '\\u00eb')),
  },
  {
    name: 'a body with a byte order mark added',
    only: hasNoTimeInBody,
    verdict: 'signature_mismatch',
    make: tampers((body) => `\uFEFF${body}`),
  },
  {
    name: 'a body cut short',
    only: hasNoTimeInBody,
    verdict: 'signature_mismatch',
    make: tampers((body) => body.slice(0, -1)),
  },
  {
    name: 'a body taken away',
    only: hasNoTimeInBody,
    verdict: 'signature_mismatch',
    make: tampers(() => ''),
  },
  {
    name: 'a body that is no JSON, where the time is in it',
    only: hasTimeInBody,
    verdict: 'malformed_body',
    make: sends(() => ({ body: (text) => text.slice(0, -1) })),
  },
  {
    name: 'a body without the time that belongs in it',
    only: hasTimeInBody,
    verdict: 'malformed_body',
    make: sends(() => ({ body: (text) => text.replace('webhookTimestamp', 'otherTimestamp') })),
  },
  {
    name: 'the signature of another secret',
    verdict: 'signature_mismatch',
    make: sends(({ otherSecret }) => ({ secret: otherSecret })),
  },
  {
    name: 'a list without a signature that holds',
    only: isList,
    verdict: 'signature_mismatch',
    make: (player) => listed(player, [player.otherSecret, player.otherSecret]),
  },
];
