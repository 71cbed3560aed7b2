/** What is kept of a request that was refused: never the value of a header, nor any of the body. */
export interface Rejection {
  readonly at: Date;
  /** One of a small closed set of words. */
  readonly reason: string;
  readonly detail: string;
  /** Null where it is not known. */
  readonly remoteAddress: string | null;
  /** JSON of the names in lower case, each once. */
  readonly headerNames: string;
  /** Bytes of the body, or what was announced where it was not read; null where neither is known. */
  readonly size: number | null;
}

const MOST_NAMES = 50;
const LONGEST_NAME = 64;
const LONGEST_DETAIL = 255;
const LEFT_OUT = '…';

/**
 * Makes a rejection of what a client may have chosen, in bounds, and of bytes of its own: a piece of a text keeps the whole text in
 * memory.
 * @param headers names and values in turn, as Node gives them
 */
export function rejectionOf(
  { detail, remoteAddress, ...rest }: Omit<Rejection, 'headerNames'>,
  headers: readonly string[],
): Rejection {
  return {
    ...rest,
    detail: copied(bounded(detail, LONGEST_DETAIL)),
    // It may be a piece of a long header that says for whom it was forwarded.
    remoteAddress: remoteAddress && copied(remoteAddress),
    headerNames: namesOf(headers),
  };
}

function namesOf(headers: readonly string[]): string {
  const names = new Set<string>();
  for (let index = 0; index < headers.length; index += 2) {
    if (names.size === MOST_NAMES) {
      names.add(LEFT_OUT);
      break;
    }
    names.add(bounded(headers[index] ?? '', LONGEST_NAME).toLowerCase());
  }
  return JSON.stringify([...names]);
}

function bounded(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most - 1) + LEFT_OUT;
}

function copied(text: string): string {
  return Buffer.from(text).toString();
}
