import { type Delivery, headerOf, type Player } from '../../../players/player.js';
import {
  genuine,
  hasPrefix,
  hasTimeInList,
  isBase64,
  isHex,
  isList,
  type Request,
  rewrites,
  withHeader,
} from './request.js';

const SIGNATURE_IN_HEX = /[0-9a-f]{40,}/g;

/** Whether the scheme knows what it means that a header comes twice. */
const takesMany = (player: Player): boolean => isList(player) && !hasTimeInList(player);

/** Whether spaces in the header mean something. */
const hasSpaces = ({ separator, spaced }: Player): boolean => separator === ' ' || spaced === true;

const hasOneLength = ({ ofAnyLength }: Player): boolean => ofAnyLength !== true;

/** Headers that carry no signature, or one that is not written as the provider writes it. */
export const forgedHeaders: readonly Request[] = [
  {
    name: 'no headers',
    verdict: 'missing_header',
    make: async (player) => ({ ...(await genuine(player)), headers: {} }),
  },
  { name: 'an empty header', verdict: 'missing_header', make: rewrites(() => '') },
  { name: 'a header of one space', verdict: 'malformed_header', make: rewrites(() => ' ') },
  { name: 'words for a signature', verdict: 'malformed_header', make: rewrites(() => 'let me in') },
  {
    name: 'a signature cut short',
    only: hasOneLength,
    verdict: 'malformed_header',
    make: rewrites((value) => value.slice(0, -8)),
  },
  {
    name: 'a signature of any length cut short',
    only: (player) => !hasOneLength(player),
    verdict: 'signature_mismatch',
    make: rewrites((value) => value.slice(0, -8)),
  },
  {
    name: 'a signature with more behind it',
    verdict: 'malformed_header',
    make: rewrites((value) => `${value}00`),
  },
  {
    name: 'an equals sign behind the signature',
    verdict: 'malformed_header',
    make: rewrites((value) => `${value}=`),
  },
  {
    name: 'two equals signs behind the signature',
    verdict: 'malformed_header',
    make: rewrites((value) => `${value}==`),
  },
  {
    name: 'a space before the header',
    only: (player) => !hasSpaces(player),
    verdict: 'malformed_header',
    make: rewrites((value) => ` ${value}`),
  },
  {
    name: 'a space behind the header',
    only: (player) => !hasSpaces(player),
    verdict: 'malformed_header',
    make: rewrites((value) => `${value} `),
  },
  {
    name: 'a hard space before a header that takes spaces',
    only: ({ spaced }) => spaced === true,
    verdict: 'malformed_header',
    make: rewrites((value) => `\u00a0${value}`),
  },
  {
    name: 'a space inside the signature',
    verdict: 'malformed_header',
    make: rewrites((value) => `${value.slice(0, -10)} ${value.slice(-10)}`),
  },
  {
    name: 'no prefix',
    only: hasPrefix,
    verdict: 'malformed_header',
    make: rewrites((value, { prefix }) => value.replace(prefix, '')),
  },
  {
    name: 'another prefix',
    only: hasPrefix,
    verdict: 'malformed_header',
    make: rewrites((value, { prefix }) => value.replace(prefix, prefix.replace(/\w/, 'z'))),
  },
  {
    name: 'a prefix in capitals',
    only: hasPrefix,
    verdict: 'malformed_header',
    make: rewrites((value, { prefix }) => value.replace(prefix, prefix.toUpperCase())),
  },
  {
    name: 'hex digits in capitals',
    only: isHex,
    verdict: 'malformed_header',
    make: rewrites((value) => value.replace(SIGNATURE_IN_HEX, (digits) => digits.toUpperCase())),
  },
  {
    name: 'base64 without its padding',
    only: isBase64,
    verdict: 'malformed_header',
    make: rewrites((value) => value.replace(/=+$/, '')),
  },
  {
    name: 'base64 in the alphabet for addresses',
    only: isBase64,
    verdict: 'malformed_header',
    make: async (player) =>
      withHeader(await withPlusOrSlash(player), player.header, (value) =>
        value.replaceAll('+', '-').replaceAll('/', '_'),
      ),
  },
  {
    name: 'a header that came twice, joined by a proxy',
    only: (player) => !takesMany(player),
    verdict: 'malformed_header',
    make: rewrites((value) => `${value}, ${value}`),
  },
  {
    name: 'a header that came twice, joined without a space',
    only: (player) => !takesMany(player),
    verdict: 'malformed_header',
    make: rewrites((value) => `${value},${value}`),
  },
  {
    name: 'a header that came twice, joined, where many signatures are allowed',
    only: takesMany,
    verdict: 'valid',
    make: rewrites((value) => `${value}, ${value}`),
  },
];

/** A genuine request whose signature has a character that base64's two alphabets write differently. */
async function withPlusOrSlash(player: Player): Promise<Delivery> {
  for (let amount = 1251; ; amount += 1) {
    const delivery = await genuine(player, { body: (text) => text.replace('1250', String(amount)) });
    if (/[+/]/.test(headerOf(delivery, player.header))) return delivery;
  }
}
