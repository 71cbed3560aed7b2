/**
 * A scheme that is one HMAC (RFC 2104), said as data: what an admin writes for a provider of his own, and what our own schemes are
 * written as.
 */
export interface HmacTemplate {
  /** Default: sha256. */
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512';
  /** How the secret becomes the key: its UTF-8 bytes (the default), or decoded; `whsec` is base64 behind `whsec_`. */
  readonly key?: 'utf8' | 'hex' | 'base64' | 'whsec';
  /** What is signed: text with {id}, {timestamp}, {method}, {url} and {body} in it. */
  readonly signed: string;
  readonly signature: {
    /** Its header, in lower case. One that ends in `-*` stands for the headers `-1`, `-2` and so on, each with one signature. */
    readonly header: string;
    readonly encoding: 'hex' | 'base64' | 'base64url';
    /** What stands before the signature. */
    readonly prefix?: string;
    /** What stands between the items of a header that is a list; those with the prefix are signatures, and one has to hold. */
    readonly separator?: string;
    /** Whether spaces may stand around the items; elsewhere a space makes an item another one. */
    readonly spaced?: boolean;
  };
  /** Header of the message's id, where it is signed. */
  readonly id?: { readonly header: string };
  readonly timestamp?: {
    /**
     * Where it is: in a header of its own, in the list behind this prefix, or in the body (RFC 6901), as text or number; `is` says that
     * only a number will do.
     */
    readonly at:
      | { readonly header: string }
      | { readonly prefix: string }
      | { readonly pointer: string; readonly is?: 'number' };
    readonly unit: 'seconds' | 'milliseconds' | 'iso8601';
    /** Seconds that it may be off, both ways; without it, it may be any time. */
    readonly tolerance?: number;
  };
  /** Characters that are signed as they are, though the address may have them percent-encoded. It is taken both ways. */
  readonly unescaped?: string;
}

const SLOT = /\{(id|timestamp|method|url|body)\}/;
export type Slot = 'id' | 'timestamp' | 'method' | 'url' | 'body';

/** One piece of what is signed. */
export type Part = { readonly text: string } | { readonly slot: Slot };

/** The pieces of a template's signed content, in order. */
export function partsOf(signed: string): Part[] {
  // Splitting by a pattern with a group puts what the group has matched at the odd places.
  return signed
    .split(SLOT)
    .map((piece, index): Part => (index % 2 === 1 ? { slot: piece as Slot } : { text: piece }))
    .filter((part) => !('text' in part) || part.text !== '');
}

/** What alone parts the message's id from a body or an address: the text before it, or the one behind it. */
export interface IdEnds {
  readonly before?: string;
  readonly behind?: string;
}

/** Where the id of a message ends; nowhere in particular where a time parts it from what a sender may choose. */
export function endsOfId(parts: readonly Part[]): IdEnds {
  const at = parts.findIndex((part) => 'slot' in part && part.slot === 'id');
  const before = textBeside(parts[at - 1], parts[at - 2]);
  const behind = textBeside(parts[at + 1], parts[at + 2]);
  return { ...(before !== undefined && { before }), ...(behind !== undefined && { behind }) };
}

/**
 * Whether an id ends where it is said to end. If it did not, a part of it could be taken for one of the body, or a part of the body for
 * one of it, under the same signature.
 */
export function isParted(id: string, { before, behind }: IdEnds): boolean {
  return (
    (behind === undefined || (id + behind).indexOf(behind) === id.length) &&
    (before === undefined || (before + id).lastIndexOf(before) === 0)
  );
}

function textBeside(text: Part | undefined, other: Part | undefined): string | undefined {
  const isFree = other && 'slot' in other && other.slot !== 'timestamp';
  return isFree && text && 'text' in text ? text.text : undefined;
}

/** What is signed, in as few pieces as there can be. */
export function fill(
  parts: readonly Part[],
  values: Readonly<Record<Slot, string | Buffer>>,
): (string | Buffer)[] {
  const pieces: (string | Buffer)[] = [];
  let text = '';
  for (const part of parts) {
    const piece = 'text' in part ? part.text : values[part.slot];
    if (typeof piece === 'string') {
      text += piece;
    } else {
      if (text !== '') pieces.push(text);
      pieces.push(piece);
      text = '';
    }
  }
  if (text !== '') pieces.push(text);
  return pieces;
}
