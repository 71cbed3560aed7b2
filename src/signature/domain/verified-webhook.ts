import type { ProviderDefinition } from 'hookwell/handler-kit';
import { type SignedRequest, type Verdict, verify } from 'hookwell/signatures';

/** A configured sender with its secrets in the clear, as the running process keeps it. */
export interface Source {
  readonly name: string;
  readonly enabled: boolean;
  readonly definition: ProviderDefinition;
  readonly secrets: readonly string[];
}

/** A request whose signature holds. Only {@link VerifiedWebhook.check} makes one, so an unverified ingest does not compile. */
export class VerifiedWebhook {
  /** Exists for the compiler only: an object that merely looks the same is none of these. */
  declare private readonly verified: true;

  private constructor(
    readonly source: Source,
    readonly request: SignedRequest,
    readonly receivedAt: Date,
  ) {}

  /** Verifies a request; gives the webhook, or the verdict that says why not. */
  static check(
    source: Source,
    request: SignedRequest,
    now: Date,
  ): VerifiedWebhook | Extract<Verdict, { valid: false }> {
    const verdict = verify(source.definition.scheme, request, source.secrets, now);
    return verdict.valid ? new VerifiedWebhook(source, request, now) : verdict;
  }
}
