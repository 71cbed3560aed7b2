import { isUtf8 } from 'node:buffer';
import { Refusal } from './refusal.js';
import type { SignedRequest } from './request.js';

/** Reads a request for a scheme, and refuses what is missing or ambiguous. */
export class RequestReader {
  /** @param onHeader is told each header that was found */
  constructor(
    private readonly request: SignedRequest,
    private readonly onHeader?: (name: string, value: string) => void,
  ) {}

  get method(): string {
    return this.request.method;
  }

  get url(): string {
    return this.request.url;
  }

  get body(): Buffer {
    return this.request.rawBody;
  }

  /**
   * A header that was sent exactly once.
   * @param name in lower case
   * @throws Refusal when it is missing, empty or repeated
   */
  header(name: string): string {
    const value = this.optionalHeader(name);
    if (value === undefined) throw new Refusal('missing_header', `${name} is missing or empty`);
    return value;
  }

  /**
   * As {@link header}; undefined where it is missing or empty.
   * @throws Refusal when it is repeated
   */
  optionalHeader(name: string): string | undefined {
    const { headers } = this.request;
    let found: string | undefined;
    for (const key of Object.keys(headers)) {
      if (key.length !== name.length || (key !== name && key.toLowerCase() !== name)) continue;
      const value = headers[key];
      const single = Array.isArray(value) && value.length === 1 ? value[0] : value;
      if (found !== undefined || Array.isArray(single)) {
        throw new Refusal('repeated_header', `${name} is there more than once`);
      }
      found = single;
    }
    if (found === undefined || found === '') return undefined;
    this.onHeader?.(name, found);
    return found;
  }

  /**
   * Whether a header is there at all, of which nothing is read.
   * @param name in lower case
   */
  has(name: string): boolean {
    return Object.keys(this.request.headers).some(
      (key) => key.length === name.length && key.toLowerCase() === name,
    );
  }

  /** The names of all headers, in lower case, each once. */
  headerNames(): string[] {
    return [...new Set(Object.keys(this.request.headers).map((name) => name.toLowerCase()))];
  }

  /**
   * The body as JSON.
   * @throws Refusal when it is none
   */
  json(): unknown {
    if (isUtf8(this.body)) {
      try {
        return JSON.parse(this.body.toString('utf8')) as unknown;
      } catch {
        // Told below.
      }
    }
    throw new Refusal('malformed_body', 'the body is not JSON');
  }
}
