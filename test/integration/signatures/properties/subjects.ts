import {
  type KeyResolver,
  schemes,
  type SignatureScheme,
  type SignedRequest,
  type Verdict,
  verifyAsync,
} from 'hookwell/signatures';
import { players } from '../../../players/index.js';
import type { Player } from '../../../players/player.js';
import { ownSenders } from '../../../support/own-senders/index.js';
import { noKeys, NOW, type OwnSender } from '../../../support/own-senders/own-sender.js';
import { standardWebhooksPublic } from '../../../support/own-senders/public-keys.js';
import { genuine } from '../requests/request.js';
import { received } from '../verdicts.js';

/** A genuine request, for whatever is done to it. */
export interface Subject {
  readonly name: string;
  readonly slug: string;
  readonly scheme: SignatureScheme;
  readonly secret: string;
  readonly otherSecret: string;
  readonly request: SignedRequest;
  readonly keys: KeyResolver;
  /** What stands between the items, where a header is a list. */
  readonly separator: string | undefined;
}

/** Larger bodies have more bits and no other kinds of them. */
const MOST_BYTES = 4000;

async function played(player: Player): Promise<Subject> {
  const request = received(await genuine(player), player);
  return subject(`${player.slug}, played by ${player.name}`, player, request, player.separator);
}

async function sent(sender: OwnSender): Promise<Subject[]> {
  const separator = sender === standardWebhooksPublic ? ' ' : undefined;
  const all = await Promise.all(
    Object.entries(sender.bodies).map(async ([what, body]) =>
      subject(`${sender.slug}, ${what}`, sender, await sender.sign(body), separator),
    ),
  );
  return all.filter(({ request }) => request.rawBody.length <= MOST_BYTES);
}

function subject(
  name: string,
  { slug, secret, otherSecret, keys = noKeys }: Pick<OwnSender, 'slug' | 'secret' | 'otherSecret' | 'keys'>,
  request: SignedRequest,
  separator: string | undefined,
): Subject {
  const scheme = schemes[slug];
  if (!scheme) throw new Error(`there is no scheme ${slug}`);
  return { name, slug, scheme, secret, otherSecret, request, keys, separator };
}

/** A genuine request of every scheme, and of each kind of body where kinds differ. */
export const subjects: readonly Subject[] = [
  ...(await Promise.all(players.map(played))),
  ...(await Promise.all(ownSenders.map(sent))).flat(),
];

/** What comes of a request, by the subject's scheme. */
export function verdictOn(
  { scheme, secret, keys }: Subject,
  request: SignedRequest,
  secrets: readonly string[] = [secret],
  now = NOW,
): Promise<Verdict> {
  return verifyAsync(scheme, request, secrets, now, keys);
}
