/**
 * What a secret is for: `signature`, what the provider signs with; `handshake`, what is agreed for handshakes alone (Meta's verify token,
 * say); `basic`, the `user:password` that the sender has to show beside its signature.
 */
export const SECRET_PURPOSES = ['signature', 'handshake', 'basic'] as const;
export type SecretPurpose = (typeof SECRET_PURPOSES)[number];

/** Active secrets of one source for one purpose: each is tried on a request that does not verify. */
export const MOST_ACTIVE_SECRETS = 10;

/** Of a secret that the provider has brought for a person to copy: it may be shown `ONCE`, or that is `DONE`. */
export type RevealState = 'ONCE' | 'DONE';

/** A secret in the clear, as the running process keeps it. */
export interface SourceSecret {
  readonly id: string;
  readonly purpose: SecretPurpose;
  readonly value: string;
  /** From then on it verifies nothing; null for ever. */
  readonly expiresAt: Date | null;
  /** When it has last verified something, to about a minute; null where it never has. */
  readonly lastUsedAt: Date | null;
}

/** Those of a source's secrets for a purpose that count now, newest first. */
export function activeSecrets(
  { secrets }: { readonly secrets: readonly SourceSecret[] },
  purpose: SecretPurpose,
  now: Date,
): SourceSecret[] {
  return secrets.filter(
    (secret) => secret.purpose === purpose && (secret.expiresAt === null || secret.expiresAt > now),
  );
}

/**
 * Whether a secret can be shown now: one that a person has to copy, that nobody was shown yet, that counts, and that has verified nothing, for
 * then it has been copied.
 */
export function isRevealable(
  secret: {
    readonly reveal: RevealState | null;
    readonly lastUsedAt: Date | null;
    readonly expiresAt: Date | null;
    readonly revokedAt: Date | null;
  },
  now: Date,
): boolean {
  const { reveal, lastUsedAt, expiresAt, revokedAt } = secret;
  return (
    reveal === 'ONCE' && lastUsedAt === null && revokedAt === null && (expiresAt === null || expiresAt > now)
  );
}
