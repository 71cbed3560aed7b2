/** Why a request was refused; the whole list. */
export const REJECTION_REASONS = [
  'missing_header',
  'malformed_header',
  'repeated_header',
  'malformed_body',
  'stale_timestamp',
  'future_timestamp',
  'signature_mismatch',
  'no_secret',
  // It names a key, or an address of one, that its provider does not sign with.
  'unknown_key',
  // Our fault, or the provider's: its key could not be fetched now.
  'key_unavailable',
  // The caller's fault: the scheme fetches keys, so it takes verifyAsync.
  'key_resolver_needed',
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

/** Whether a signature holds, and by which of the secrets. */
export type Verdict =
  | { readonly valid: true; readonly secretIndex: number }
  | { readonly valid: false; readonly reason: RejectionReason; readonly detail: string };
