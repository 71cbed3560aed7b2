import type { ProviderDefinition } from 'hookwell/handler-kit';
import { type KeyResolver, type SignedRequest, type Verdict, verify, verifyAsync } from 'hookwell/signatures';

/** A configured sender with its secrets in the clear, as the running process keeps it. */
export interface Source {
  readonly name: string;
  readonly enabled: boolean;
  readonly definition: ProviderDefinition;
  readonly secrets: readonly string[];
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
  ) {}

  /** Verifies a request by the source's secrets alone; gives the webhook, or the verdict that says why not. */
  static check(source: Source, request: SignedRequest, now: Date): Checked {
    const verdict = verify(source.definition.scheme, request, source.secrets, now);
    return verdict.valid ? new VerifiedWebhook(source, request, now) : verdict;
  }

  /** As {@link VerifiedWebhook.check}, where the scheme fetches keys. */
  static async checkFetched(
    source: Source,
    request: SignedRequest,
    now: Date,
    keys: KeyResolver,
  ): Promise<Checked> {
    const verdict = await verifyAsync(source.definition.scheme, request, source.secrets, now, keys);
    return verdict.valid ? new VerifiedWebhook(source, request, now) : verdict;
  }
}
