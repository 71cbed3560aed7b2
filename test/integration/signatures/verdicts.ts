import { schemes, type SignatureScheme, type SignedRequest, type Verdict, verify } from 'hookwell/signatures';
import { ADDRESS, type Delivery, type Player } from '../../players/player.js';
import { NOW } from './requests/request.js';

export function schemeOf({ slug }: Player): SignatureScheme {
  const scheme = schemes[slug];
  if (!scheme) throw new Error(`there is no scheme ${slug}`);
  return scheme;
}

/** A delivery as a server hands it over. */
export function received({ headers, body }: Delivery, { address = ADDRESS }: Player): SignedRequest {
  return { method: 'POST', url: address, headers, rawBody: Buffer.from(body) };
}

/** Our verdict on a player's delivery. */
export function verdictOf(
  player: Player,
  delivery: Delivery,
  secrets: readonly string[] = [player.secret],
): Verdict {
  return verify(schemeOf(player), received(delivery, player), secrets, NOW);
}
