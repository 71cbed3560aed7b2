import type { ProviderDefinition } from 'hookwell/handler-kit';
import { type KeyResolver, type SignedRequest, type Verdict, verify, verifyAsync } from 'hookwell/signatures';
import type { Access } from './access.js';
import { activeSecrets, type SourceSecret, type SourceSecrets } from './source-secret.js';

/** A configured sender with its secrets in the clear, as far as they decrypt, as the running process keeps it. */
export interface Source extends SourceSecrets {
  readonly name: string;
  readonly enabled: boolean;
  readonly definition: ProviderDefinition;
  /** What it asks for beside the signature. */
  readonly access: Access;
}

/** What a check has come to. */
export type Checked = VerifiedWebhook | Extract<Verdict, { valid: false }>;

/** A request whose signature holds. Only its own checks make one, so an unverified ingest does not compile. */
export class VerifiedWebhook {
  /** Exists for the compiler only: an object that merely looks the same is none of these. */
  declare private readonly verified: true;

  private constructor(
    readonly source: Source,
    readonly request: SignedRequest,
    readonly receivedAt: Date,
    /** The secret that its signature holds with. */
    readonly secret: SourceSecret,
  ) {}

  get secretId(): string {
    return this.secret.id;
  }

  /** Verifies a request by the source's secrets alone; gives the webhook, or the verdict that says why not. */
  static check(source: Source, request: SignedRequest, now: Date): Checked {
    const secrets = activeSecrets(source, 'signature', now);
    const verdict = verify(source.definition.scheme, request, valuesOf(secrets), now);
    if (!verdict.valid) return verdict;
    return new VerifiedWebhook(source, request, now, secrets[verdict.secretIndex] as SourceSecret);
  }

  /** As {@link VerifiedWebhook.check}, where the scheme fetches keys. */
  static async checkFetched(
    source: Source,
    request: SignedRequest,
    now: Date,
    keys: KeyResolver,
  ): Promise<Checked> {
    const secrets = activeSecrets(source, 'signature', now);
    const verdict = await verifyAsync(source.definition.scheme, request, valuesOf(secrets), now, keys);
    if (!verdict.valid) return verdict;
    return new VerifiedWebhook(source, request, now, secrets[verdict.secretIndex] as SourceSecret);
  }
}

function valuesOf(secrets: readonly SourceSecret[]): string[] {
  return secrets.map(({ value }) => value);
}
