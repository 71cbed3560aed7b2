import { genuine, isList, listed, type Request, sends, signsAnything } from './request.js';

/** What the provider could send. */
export const genuineRequests: readonly Request[] = [
  { name: 'a request as sent', verdict: 'valid', make: sends(() => ({})) },
  {
    name: 'an indented body',
    verdict: 'valid',
    make: sends(() => ({ body: (text) => JSON.stringify(JSON.parse(text), null, 2) })),
  },
  {
    name: 'a body with white space at its ends',
    verdict: 'valid',
    make: sends(() => ({ body: (text) => ` \r\n${text}\n` })),
  },
  {
    name: 'a body with characters of every length',
    verdict: 'valid',
    make: sends(() => ({ body: (text) => text.replace('Zoë', 'é€😀\u2028\\u0000') })),
  },
  {
    name: 'a body with letters as escapes',
    verdict: 'valid',
    make: sends(() => ({ body: (text) => text.replace('Zoë', 'Zo\\u00eb \\ud83d\\ude00') })),
  },
  {
    name: 'a body that begins with a byte order mark',
    only: signsAnything,
    verdict: 'valid',
    make: sends(() => ({ body: (text) => `\uFEFF${text}` })),
  },
  {
    name: 'a body of 100 kB',
    verdict: 'valid',
    make: sends(() => ({ body: (text) => text.replace('Zoë', 'x'.repeat(100_000)) })),
  },
  {
    name: 'an empty body that is signed',
    only: signsAnything,
    verdict: 'valid',
    make: sends(() => ({ body: () => '' })),
  },
  {
    name: 'header names in capitals',
    verdict: 'valid',
    make: async (player) => {
      const { headers, body } = await genuine(player);
      const capitals = Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value] as const);
      return { body, headers: Object.fromEntries(capitals) };
    },
  },
  {
    name: 'a list: good, then bad',
    only: isList,
    verdict: 'valid',
    make: (player) => listed(player, [player.secret, player.otherSecret]),
  },
  {
    name: 'a list: bad, then good',
    only: isList,
    verdict: 'valid',
    make: (player) => listed(player, [player.otherSecret, player.secret]),
  },
];
