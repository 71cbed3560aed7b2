import type { RejectionReason } from 'hookwell/signatures';
import { type Delivery, headerOf, type Player } from '../../../players/player.js';

/** When everybody verifies; not at a full second, for which clocks of seconds have to make up. */
export const NOW = new Date('2026-01-31T12:00:00.500Z');

/** A genuine or forged request that every player can send, and what is to come of it. */
export interface Request {
  readonly name: string;
  /** Who can send it; everybody where nothing is said. */
  readonly only?: (player: Player) => boolean;
  readonly verdict: 'valid' | RejectionReason;
  readonly make: (player: Player) => Promise<Delivery>;
}

/** What differs from the plainest genuine request, before it is signed. */
export interface Changes {
  readonly body?: (body: string) => string;
  readonly at?: Date;
  readonly secret?: string;
  readonly id?: string;
}

/** A body that every package takes, with the time for those that have it there. */
function bodyAt(at: Date): string {
  return JSON.stringify({
    id: 'evt_1',
    event: 'thing.happened',
    amount: 1250,
    name: 'Zoë',
    webhookTimestamp: at.getTime(),
  });
}

/** What the provider itself sends. */
export async function genuine(
  player: Player,
  { body = (text) => text, at = NOW, secret = player.secret, id = 'msg_1' }: Changes = {},
): Promise<Delivery> {
  const text = body(bodyAt(at));
  return { body: text, headers: await player.sign({ body: text, at, id }, secret) };
}

/** Sends what is changed before it is signed. */
export function sends(changes: (player: Player) => Changes): Request['make'] {
  return (player) => genuine(player, changes(player));
}

/** Changes the body after it was signed. */
export function tampers(change: (body: string) => string): Request['make'] {
  return async (player) => {
    const { headers, body } = await genuine(player);
    return { headers, body: change(body) };
  };
}

/** Changes the header with the signature. */
export function rewrites(change: (value: string, player: Player) => string): Request['make'] {
  return async (player) => withHeader(await genuine(player), player.header, (value) => change(value, player));
}

/** Changes one header of a delivery. */
export function withHeader(delivery: Delivery, name: string, change: (value: string) => string): Delivery {
  return { ...delivery, headers: { ...delivery.headers, [name]: change(headerOf(delivery, name)) } };
}

/** Takes one header of a delivery away. */
export function withoutHeader({ headers, body }: Delivery, name: string): Delivery {
  return { body, headers: Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name)) };
}

/** A delivery whose header lists the signatures by several secrets, in this order. */
export async function listed(player: Player, secrets: readonly string[]): Promise<Delivery> {
  const { header, prefix, separator = '' } = player;
  const isSignature = (item: string): boolean => item.trim().startsWith(prefix);
  const deliveries = await Promise.all(secrets.map((secret) => genuine(player, { secret })));
  const lists = deliveries.map((delivery) => headerOf(delivery, header).split(separator));
  const others = lists[0]?.filter((item) => !isSignature(item)) ?? [];
  const signatures = lists.flatMap((items) => items.filter(isSignature));
  return withHeader(deliveries[0] as Delivery, header, () => [...others, ...signatures].join(separator));
}

export const isHex = ({ encoding }: Player): boolean => encoding === 'hex';
export const isBase64 = ({ encoding }: Player): boolean => encoding === 'base64';
export const isList = ({ separator }: Player): boolean => separator !== undefined;
export const hasPrefix = ({ prefix }: Player): boolean => prefix !== '';
export const hasTolerance = ({ clock }: Player): boolean => clock?.tolerance !== undefined;
export const hasTimeInList = ({ clock }: Player): boolean => clock?.at === 'list';
export const hasTimeInBody = ({ clock }: Player): boolean => clock?.at === 'body';
export const hasTimeHeader = ({ clock }: Player): boolean => typeof clock?.at === 'object';
export const hasNoTimeInBody = (player: Player): boolean => !hasTimeInBody(player);
export const signsAnything = (player: Player): boolean =>
  hasNoTimeInBody(player) && player.objectsOnly !== true;
