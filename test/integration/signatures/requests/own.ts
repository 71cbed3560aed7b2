import type { RejectionReason, SignedRequest } from 'hookwell/signatures';
import { ownPlayers } from '../../../players/own.js';
import { googlePubsub } from '../../../support/own-senders/google-pubsub.js';
import { type Forgery, type OwnSender, withHeader } from '../../../support/own-senders/own-sender.js';
import { paypal } from '../../../support/own-senders/paypal.js';
import { plaid } from '../../../support/own-senders/plaid.js';
import { standardWebhooksPublic } from '../../../support/own-senders/public-keys.js';
import { gitlab, okta, oktaNamed } from '../../../support/own-senders/tokens.js';

/** A request of a sender whose scheme is code of its own, and what is to come of it. */
export interface OwnRequest {
  readonly name: string;
  readonly verdict: 'valid' | RejectionReason;
  readonly make: () => SignedRequest | Promise<SignedRequest>;
}

/** What these show is any text, so that none is malformed; it is another one. */
const SHOWING_A_TOKEN: readonly OwnSender[] = [gitlab, okta, oktaNamed];
/** How long its signatures are depends on the key. */
const OF_ANY_LENGTH: readonly OwnSender[] = [paypal];
const JSON_WEB_TOKENS: readonly OwnSender[] = [googlePubsub, plaid];
/** Their headers are lists. */
const LISTS: readonly OwnSender[] = [standardWebhooksPublic];
/** Their secrets do not sign. */
const SIGNING_WITHOUT_SECRET: readonly OwnSender[] = [plaid];

/** What a sender is tried with, beside the table where it is one of its players. */
export function requestsOf(sender: OwnSender): OwnRequest[] {
  const bodies = Object.entries(sender.bodies).map(([what, body]) => ({
    name: `a body ${what}`,
    make: () => sender.sign(body),
  }));
  const genuine = [...bodies, ...(sender.others ?? [])];
  const forged = [...secretForgeries(sender), ...headerForgeries(sender), ...sender.forgeries];
  return [
    ...genuine.map((request) => ({ ...request, verdict: 'valid' as const })),
    ...forged.map(({ name, reason, forge }) => ({ name, verdict: reason, make: () => forge(sender) })),
  ];
}

function secretForgeries(sender: OwnSender): Forgery[] {
  if (SIGNING_WITHOUT_SECRET.includes(sender)) return [];
  const [body = ''] = Object.values(sender.bodies);
  return [
    {
      name: 'the signature of another secret',
      reason: 'signature_mismatch',
      forge: ({ otherSecret }) => sender.sign(body, otherSecret),
    },
  ];
}

/** What is done to every header that carries a signature. */
function headerForgeries(sender: OwnSender): Forgery[] {
  const { header, slug } = sender;
  if (header === null || ownPlayers.some((player) => player.slug === slug)) return [];
  const malformed = SHOWING_A_TOKEN.includes(sender) ? 'signature_mismatch' : 'malformed_header';
  const forgeries = [
    withHeader('no signature', header, () => '', 'missing_header'),
    withHeader('a signature with something else behind it', header, (value) => `${value}!0`, malformed),
    withHeader('two equals signs behind the signature', header, (value) => `${value}==`, malformed),
    withHeader('words for a signature', header, () => 'let me in', malformed),
    withHeader(
      'a signature with white space in it',
      header,
      (value) => `${value.slice(0, 20)} ${value.slice(20)}`,
      malformed,
    ),
    withHeader('a header given twice', header, (value) => [value, value], 'repeated_header'),
  ];
  if (!JSON_WEB_TOKENS.includes(sender)) {
    const reason = OF_ANY_LENGTH.includes(sender) ? 'signature_mismatch' : malformed;
    forgeries.push(withHeader('a signature cut short', header, (value) => value.slice(0, -8), reason));
  }
  if (!LISTS.includes(sender)) {
    const joined = (value: string): string => `${value}, ${value}`;
    forgeries.push(withHeader('a header given twice and joined, as proxies do', header, joined, malformed));
  }
  return forgeries;
}
