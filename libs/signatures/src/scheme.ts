/** A request as it came, headers by lower-case name; a repeated header is a list. */
export interface SignedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly rawBody: Buffer;
}

/** Why a request was refused; the whole list. */
export type RejectionReason =
  | 'missing_header'
  | 'malformed_header'
  | 'repeated_header'
  | 'stale_timestamp'
  | 'future_timestamp'
  | 'signature_mismatch'
  | 'no_secret';

/** Whether a signature holds, and by which of the secrets. */
export type Verdict =
  | { readonly valid: true; readonly secretIndex: number }
  | { readonly valid: false; readonly reason: RejectionReason; readonly detail: string };

/** One HMAC over parts of the request, said as data. */
export interface SignatureScheme {
  /** Header that carries the signature, in lower case. */
  readonly header: string;
  /** Where signatures (and a timestamp) stand in that header: the whole value, `k=v` pairs, or a list of `version,signature`. */
  readonly format:
    | { readonly kind: 'plain'; readonly prefix: string }
    | { readonly kind: 'pairs'; readonly timestamp: string; readonly signature: string }
    | { readonly kind: 'list'; readonly version: string };
  readonly encoding: 'hex' | 'base64';
  /** What is signed, in order; texts between are taken as they are. */
  readonly content: readonly ('{id}' | '{timestamp}' | '{body}' | '.')[];
  /** Headers of the id and the timestamp (seconds), where they are not in the signature header. */
  readonly idHeader?: string;
  readonly timestampHeader?: string;
  /** Seconds that the timestamp may be off, both ways. */
  readonly toleranceSeconds?: number;
  /** How the secret becomes the key: its UTF-8 bytes, or base64 behind `whsec_`. */
  readonly key: 'utf8' | 'whsec';
}
