import { type CanActivate, type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { SignedRequest } from 'hookwell/signatures';
import { Clock } from '../../platform/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { calledAddress } from '../../platform/http/caller.js';
import { ProviderKeys } from '../application/keys/provider-keys.js';
import { type Checked, VerifiedWebhook } from '../domain/verified-webhook.js';
import { SecretUses } from '../application/secret-uses.js';
import { RefusedRequests } from './refused-requests.js';
import { sourceOf } from './source-gate.js';

const VERIFIED = Symbol('verified webhook');

/** A request to a webhook route: its body is the bytes as they came. */
export type WebhookHttpRequest = FastifyRequest<{ Params: { source: string }; Body: Buffer | undefined }> & {
  [VERIFIED]?: VerifiedWebhook;
};

/** The verified webhook of a request that has passed {@link SignatureGuard}. */
export function webhookOf(request: WebhookHttpRequest): VerifiedWebhook {
  const webhook = request[VERIFIED];
  if (!webhook) throw new Error('the route is not behind SignatureGuard');
  return webhook;
}

/** Lets through only what its source has signed. Outsiders learn no more than 404 or 401 (promise P5). */
@Injectable()
export class SignatureGuard implements CanActivate {
  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'PUBLIC_URL'>,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(RefusedRequests) private readonly refused: RefusedRequests,
    @Inject(ProviderKeys) private readonly keys: ProviderKeys,
    @Inject(SecretUses) private readonly uses: SecretUses,
  ) {}

  /** Waits only where the scheme fetches keys. */
  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const request = context.switchToHttp().getRequest<WebhookHttpRequest>();
    const source = sourceOf(request);
    const signed = signedRequestOf(request, this.config);
    const now = this.clock.now();
    if (source.definition.scheme.keys === 'given') {
      return this.accept(request, VerifiedWebhook.check(source, signed, now));
    }
    return VerifiedWebhook.checkFetched(source, signed, now, this.keys.forOneRequest()).then((checked) =>
      this.accept(request, checked),
    );
  }

  private accept(request: WebhookHttpRequest, checked: Checked): true {
    if (checked instanceof VerifiedWebhook) {
      this.uses.note(checked.secret, checked.receivedAt);
      request[VERIFIED] = checked;
      return true;
    }
    throw this.refused.refuse(request, sourceOf(request), checked);
  }
}

/** A request as it came, for who verifies it. */
export function signedRequestOf(
  request: WebhookHttpRequest,
  config: Pick<AppConfig, 'PUBLIC_URL'>,
): SignedRequest {
  return {
    method: request.method,
    url: calledAddress(request, config),
    headers: distinctHeaders(request.raw.rawHeaders),
    rawBody: request.body ?? Buffer.alloc(0),
  };
}

/** Node joins or drops repeated headers; a repeated signature header has to be seen as such. */
function distinctHeaders(rawHeaders: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = Object.create(null) as Record<string, string | string[]>;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    const earlier = headers[name];
    headers[name] =
      earlier === undefined ? value : [...(Array.isArray(earlier) ? earlier : [earlier]), value];
  }
  return headers;
}
