import { explain, type KeyResolver, type RejectionReason, type SignedRequest } from 'hookwell/signatures';
import type { AccessRules } from './access.js';
import { activeSecrets, LACKS_SECRET, lacksSecret, shownHeaders } from './source-secret.js';
import { type StorableEvent, storableEvent } from './storable-event.js';
import type { Source } from './verified-webhook.js';

/** What stands in the place of a secret. */
export const HIDDEN = '[secret]';
/** What a pattern would take for more than itself. */
const SYNTAX = /[$()*+.?[\\\]^{|}]/g;

/** What a request would come to, and what that rests on. The source's secrets are hidden wherever they are in it. */
export interface Trial {
  readonly valid: boolean;
  /** What the source asks for beside the signature: a captured request has no sender that could be held to it. */
  readonly accessRulesNotChecked: readonly (keyof AccessRules)[];
  /** The secret that it holds with. */
  readonly secretId: string | null;
  readonly reason: RejectionReason | null;
  readonly detail: string | null;
  readonly headers: readonly { readonly name: string; readonly value: string }[];
  readonly signed: Buffer | null;
  /** How the signature by each of the secrets begins. */
  readonly expected: readonly { readonly secretId: string; readonly begins: string | null }[];
  readonly event: StorableEvent;
}

/** The times of a trial. */
export interface TrialTimes {
  /** The time that the request's own is held against. */
  readonly at: Date;
  /** Now: which secrets count. */
  readonly now: Date;
}

/**
 * Verifies a captured request as the source would have, and stores nothing. Never rejects.
 * @param known the values of all secrets that the source has, whatever they are for, also of expired ones: none is to be told
 */
export async function tryOut(
  source: Source,
  request: SignedRequest,
  { at, now }: TrialTimes,
  keys: KeyResolver,
  known: readonly string[],
): Promise<Trial> {
  const { definition } = source;
  const secrets = activeSecrets(source, 'signature', now);
  const values = secrets.map(({ value }) => value);
  const { verdict, headers, signed, expected } = await explain(definition.scheme, request, values, at, keys);
  const hide = hider(known);
  const shownIn = shownHeaders(source);
  const lacks = lacksSecret(source, ['signature'], now) ? `; ${LACKS_SECRET}` : '';
  const event = definition.derive({ headers: request.headers, body: request.rawBody });
  return {
    valid: verdict.valid,
    accessRulesNotChecked: source.access.asked,
    secretId: verdict.valid ? (secrets[verdict.secretIndex]?.id ?? null) : null,
    reason: verdict.valid ? null : verdict.reason,
    detail: verdict.valid ? null : hide(verdict.detail) + lacks,
    headers: headers.map(({ name, value }) => ({
      name,
      value: shownIn.includes(name) ? HIDDEN : hide(value),
    })),
    signed: signed && hiddenIn(signed, hide),
    expected: secrets.map(({ id }, index) => ({ secretId: id, begins: expected[index] ?? null })),
    // Cut last, or a half of a secret would be left.
    event: storableEvent({
      id: event.id && hide(event.id),
      type: event.type && hide(event.type),
      orderingKey: event.orderingKey && hide(event.orderingKey),
      occurredAt: event.occurredAt,
    }),
  };
}

/** Takes secrets out of texts, the longest first: one may be a part of another. Some providers send the secret itself. */
function hider(secrets: readonly string[]): (text: string) => string {
  const spellings = [...new Set(secrets.flatMap(spellingsOf))];
  const longestFirst = spellings.filter((text) => text !== '').toSorted((a, b) => b.length - a.length);
  if (longestFirst.length === 0) return (text) => text;
  // In one pass, or what stands in the place of one would be looked through for the next.
  const any = new RegExp(longestFirst.map((text) => text.replace(SYNTAX, '\\$&')).join('|'), 'g');
  return (text) => text.replace(any, HIDDEN);
}

/**
 * A secret as it is; in JSON, also with the escapes that PHP and Python write; in a form or an address; and in base64 as basic authorization
 * has it, whose padding some leave out.
 */
function spellingsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const ascii = json.replace(/[^\x20-\x7e]/g, escaped);
  const texts = [secret, json, ascii, ...[json, ascii].map((text) => text.replaceAll('/', '\\/'))];
  // Also as their bytes read one by one, which is how headers come, and how signed bytes are looked through.
  const bytes = texts.map((text) => Buffer.from(text).toString('latin1'));
  const form = new URLSearchParams({ secret }).toString().slice('secret='.length);
  const base64 = Buffer.from(secret).toString('base64');
  return [...texts, ...bytes, form, form.replaceAll('+', '%20'), base64, base64.replace(/=+$/, '')];
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** As text, byte by byte, so that what is no UTF-8 stays what it is. */
function hiddenIn(bytes: Buffer, hide: (text: string) => string): Buffer {
  return Buffer.from(hide(bytes.toString('latin1')), 'latin1');
}
