import { type Delivery, headerOf, type Player } from '../../../players/player.js';
import {
  genuine,
  hasNoTimeInBody,
  hasTimeHeader,
  hasTimeInBody,
  hasTimeInList,
  hasTolerance,
  NOW,
  type Request,
  rewrites,
  sends,
  withHeader,
  withoutHeader,
} from './request.js';

const TIME_IN_LIST = /^ts?=\d+[,;] ?/;

const hasTime = ({ clock }: Player): boolean => clock !== undefined;
const hasId = ({ idHeader }: Player): boolean => idHeader !== undefined;
const hasTimeBesideBody = ({ clock }: Player): boolean =>
  typeof clock?.at === 'object' && clock.at.signed !== undefined;
const hasNothingBesideTime = ({ clock }: Player): boolean =>
  typeof clock?.at === 'object' && clock.at.signed?.is === 'before the body' && clock.at.signed.text === '';
const idHeaderOf = ({ idHeader = '' }: Player): string => idHeader;

/** The header that has the time in it. */
const timeHeaderOf = ({ clock, header }: Player): string =>
  typeof clock?.at === 'object' ? clock.at.header : header;

/** Changes the time after it was signed, where it is in a header. */
function retimes(change: (time: string) => string): Request['make'] {
  return async (player) =>
    withHeader(await genuine(player), timeHeaderOf(player), (value) =>
      // Times are the only numbers as long as this at a word's end.
      value.replace(/\b\d{10,13}\b|\b\d{4}-[\d:T.-]+Z/, change),
    );
}

/** A request signed as long ago, or ahead, as it may be, and by some milliseconds more. */
function signedOff(direction: 1 | -1, furtherMs: number): Request['make'] {
  return sends(({ clock }) => {
    // Who counts seconds leaves out the rest of one.
    const now = clock?.unit === 'seconds' ? Math.floor(NOW.getTime() / 1000) * 1000 : NOW.getTime();
    return { at: new Date(now + direction * ((clock?.tolerance ?? 0) * 1000 + furtherMs)) };
  });
}

/** Moves what separates time and body, so that the same text is signed: a piece of the body passes for time. */
function repart(player: Player, delivery: Delivery): Delivery {
  const { at } = player.clock ?? {};
  if (typeof at !== 'object' || !at.signed) throw new Error(`${player.name} has no time beside its body`);
  const { is, text } = at.signed;
  const { body } = delivery;
  if (is === 'behind the body') {
    return { ...withHeader(delivery, at.header, (time) => body.slice(-1) + time), body: body.slice(0, -1) };
  }
  const end = text === '' ? 1 : body.indexOf(text);
  const moved = withHeader(delivery, at.header, (time) => time + text + body.slice(0, end));
  return { ...moved, body: body.slice(end + text.length) };
}

/** Times and ids that are too far off, are none, or are not the signed ones. */
export const times: readonly Request[] = [
  { name: 'a time as old as it may be', only: hasTolerance, verdict: 'valid', make: signedOff(-1, 0) },
  { name: 'a time as far ahead as it may be', only: hasTolerance, verdict: 'valid', make: signedOff(1, 0) },
  { name: 'a stale time', only: hasTolerance, verdict: 'stale_timestamp', make: signedOff(-1, 1_000) },
  {
    name: 'a time in the future',
    only: hasTolerance,
    verdict: 'future_timestamp',
    make: signedOff(1, 1_000),
  },
  {
    name: 'a time far in the future',
    only: hasTolerance,
    verdict: 'future_timestamp',
    make: signedOff(1, 86_400_000),
  },
  {
    name: 'an old time, where there is no limit',
    only: (player) => hasTime(player) && !hasTolerance(player),
    verdict: 'valid',
    make: signedOff(-1, 86_400_000),
  },
  {
    name: 'a time before 2021',
    only: (player) => hasTime(player) && !hasTolerance(player),
    verdict: 'valid',
    make: sends(() => ({ at: new Date('2020-12-31T23:59:59.000Z') })),
  },
  {
    name: 'another time than the signed one',
    only: (player) => hasTime(player) && hasNoTimeInBody(player),
    verdict: 'signature_mismatch',
    make: retimes((time) => time.replace(/\d(?=Z?$)/, (digit) => String((Number(digit) + 1) % 10))),
  },
  {
    name: 'a time with letters behind it',
    only: (player) => hasTime(player) && hasNoTimeInBody(player),
    verdict: 'malformed_header',
    make: retimes((time) => `${time}abc`),
  },
  {
    name: 'a time with a sign',
    only: (player) => hasTime(player) && hasNoTimeInBody(player),
    verdict: 'malformed_header',
    make: retimes((time) => `+${time}`),
  },
  {
    name: 'a time with a fraction',
    only: (player) => hasTime(player) && hasNoTimeInBody(player),
    verdict: 'malformed_header',
    make: retimes((time) => `${time}.0`),
  },
  {
    name: 'no time in the list',
    only: hasTimeInList,
    verdict: 'malformed_header',
    make: rewrites((value) => value.replace(TIME_IN_LIST, '')),
  },
  {
    name: 'the time twice in the list',
    only: hasTimeInList,
    verdict: 'malformed_header',
    make: rewrites((value) => value.replace(TIME_IN_LIST, '$&$&')),
  },
  {
    name: 'another time before the signed one in the list',
    only: hasTimeInList,
    verdict: 'malformed_header',
    make: rewrites((value) => value.replace(TIME_IN_LIST, (item) => item.replace(/\d+/, '1') + item)),
  },
  {
    name: 'a time in the body that is text',
    only: hasTimeInBody,
    verdict: 'malformed_body',
    make: sends(() => ({ body: (text) => text.replace(/:(\d{13})/, ':"$1"') })),
  },
  {
    name: 'a time in the body with a fraction',
    only: hasTimeInBody,
    verdict: 'malformed_header',
    make: sends(() => ({ body: (text) => text.replace(/:(\d{13})/, ':$1.5') })),
  },
  {
    name: 'no header with the time',
    only: hasTimeHeader,
    verdict: 'missing_header',
    make: async (player) => withoutHeader(await genuine(player), timeHeaderOf(player)),
  },
  {
    name: 'time and body parted elsewhere',
    only: hasTimeBesideBody,
    verdict: 'malformed_header',
    make: async (player) => repart(player, await genuine(player)),
  },
  {
    name: 'digits of the time moved into the body',
    only: (player) => hasNothingBesideTime(player) && !hasTolerance(player),
    verdict: 'malformed_header',
    make: async (player) => {
      const delivery = await genuine(player);
      const time = headerOf(delivery, timeHeaderOf(player));
      const moved = withHeader(delivery, timeHeaderOf(player), () => time.slice(0, -1));
      return { ...moved, body: time.slice(-1) + delivery.body };
    },
  },
  {
    name: 'no id',
    only: hasId,
    verdict: 'missing_header',
    make: async (player) => withoutHeader(await genuine(player), idHeaderOf(player)),
  },
  {
    name: 'an empty id',
    only: hasId,
    verdict: 'missing_header',
    make: async (player) => withHeader(await genuine(player), idHeaderOf(player), () => ''),
  },
  {
    name: 'another id than the signed one',
    only: hasId,
    verdict: 'signature_mismatch',
    make: async (player) => withHeader(await genuine(player), idHeaderOf(player), () => 'msg_2'),
  },
  {
    name: 'id and time parted elsewhere',
    only: ({ slug }) => slug === 'twitch',
    verdict: 'malformed_header',
    make: async (player) => {
      const delivery = await genuine(player);
      const time = headerOf(delivery, timeHeaderOf(player));
      const moved = withHeader(delivery, idHeaderOf(player), (id) => id + time.slice(0, 1));
      return withHeader(moved, timeHeaderOf(player), () => time.slice(1));
    },
  },
];
