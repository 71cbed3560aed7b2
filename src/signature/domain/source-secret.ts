import type { ProviderDefinition } from 'hookwell/handler-kit';

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
  /** Sorts by age. */
  readonly id: string;
  readonly purpose: SecretPurpose;
  readonly value: string;
  /** From then on it verifies nothing; null for ever. */
  readonly expiresAt: Date | null;
  /** When it has last verified something, to about a minute; null where it never has. */
  readonly lastUsedAt: Date | null;
}

/** A secret that no key of this process decrypts. */
export type UnopenedSecret = Pick<SourceSecret, 'id' | 'purpose' | 'expiresAt'>;

/** A source's secrets of every purpose, newest first; which of them count now is asked with the time. */
export interface SourceSecrets {
  readonly secrets: readonly SourceSecret[];
  readonly unopened: readonly UnopenedSecret[];
}

/** What is said of a source that {@link lacksSecret}. */
export const LACKS_SECRET = 'one of its secrets does not decrypt with SECRETS_KEY';

/** Those of a source's secrets for a purpose that count now, newest first. */
export function activeSecrets(
  { secrets }: Pick<SourceSecrets, 'secrets'>,
  purpose: SecretPurpose,
  now: Date,
): SourceSecret[] {
  return secrets.filter((secret) => secret.purpose === purpose && isActive(secret, now));
}

/** Whether a secret for one of the purposes counts now and does not open: what the others do not verify, it might. */
export function lacksSecret(
  { unopened }: Pick<SourceSecrets, 'unopened'>,
  purposes: readonly SecretPurpose[],
  now: Date,
): boolean {
  return unopened.some((secret) => purposes.includes(secret.purpose) && isActive(secret, now));
}

/** The headers in which requests to a source show a secret; what they have is kept encrypted, and nowhere else. */
export function shownHeaders({
  definition: { scheme },
  secrets,
}: Pick<SourceSecrets, 'secrets'> & { readonly definition: ProviderDefinition }): readonly string[] {
  return scheme.shownIn?.(secrets.map(({ value }) => value)) ?? [];
}

/** As {@link activeSecrets}, for who takes the first for the newest: none that is older than one that does not open. */
export function newestSecrets(source: SourceSecrets, purpose: SecretPurpose, now: Date): SourceSecret[] {
  const { unopened } = source;
  return activeSecrets(source, purpose, now).filter(
    ({ id }) => !lacksSecret({ unopened: unopened.filter((other) => other.id > id) }, [purpose], now),
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
  const { reveal, lastUsedAt, revokedAt } = secret;
  return reveal === 'ONCE' && lastUsedAt === null && revokedAt === null && isActive(secret, now);
}

function isActive({ expiresAt }: Pick<SourceSecret, 'expiresAt'>, now: Date): boolean {
  return expiresAt === null || expiresAt > now;
}
