import { Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type {
  HandshakeAnswer,
  HandshakeRequest,
  ProviderAnswer,
  RefusedHandshake,
} from 'hookwell/handler-kit';
import { sameText, type SignedRequest } from 'hookwell/signatures';
import { Clock } from '../../platform/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { HandshakeFailed } from '../../platform/http/problem.filter.js';
import { isWebhook } from '../../platform/http/webhook-path.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { KeyFetcher } from '../application/keys/key-fetcher.js';
import { SecretUses } from '../application/secret-uses.js';
import { SourceCommands } from '../application/source-commands.js';
import { activeSecrets, newestSecrets } from '../domain/source-secret.js';
import type { Source, VerifiedWebhook } from '../domain/verified-webhook.js';
import { noteRefusedHandshake } from './refused-handshake.js';
import { signedRequestOf, type WebhookHttpRequest } from './signature.guard.js';
import { sourceOf } from './source-gate.js';

/** One line for each source in so many milliseconds. */
const QUIET_MS = 10_000;

/** Told of a handshake that brings a secret too late. */
const SECRET_IS_KEPT =
  'it brings a secret, and the source has or had one, which no handshake replaces: add another source for this subscription';

/** What a provider is told whose handshake could not be completed now. */
export const NOT_SHAKEN = 'The handshake cannot be completed now; send it again.';

/**
 * Answers what providers ask before they send events, by the handshakes of their definitions: those that are not signed before
 * anybody looks for a signature, those that are signed once it has been found to hold. None of them is stored.
 */
@Injectable()
export class HandshakeDesk implements OnModuleInit {
  private readonly logger = new Logger(HandshakeDesk.name);
  /** One entry for each configured source. */
  private readonly lastLine = new Map<string, number>();

  constructor(
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'PUBLIC_URL'>,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(SourceCommands) private readonly commands: SourceCommands,
    @Inject(KeyFetcher) private readonly fetcher: KeyFetcher,
    @Inject(SecretUses) private readonly uses: SecretUses,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('preHandler', (request, reply, done) => {
      // Most providers have none, and their events wait for nothing here.
      if (!isWebhook(request) || !hasSome(sourceOf(request), 'unsigned')) {
        done();
        return;
      }
      this.answerUnsigned(request as WebhookHttpRequest).then((answer) => {
        if (answer && !('refused' in answer)) {
          tell(reply, answer);
          return;
        }
        if (answer) noteRefusedHandshake(request, answer.refused);
        done();
      }, done);
    });
  }

  /** The answer to a handshake that is signed; null where the webhook is none. */
  answerSigned({ source, request, secret }: VerifiedWebhook): Promise<ProviderAnswer | null> | null {
    if (!hasSome(source, 'signed')) return null;
    const read = this.read(source, request, [secret.value]);
    // What is signed and no handshake to be agreed to is an event.
    return this.answer(source, true, read).then((answer) => (answer && 'refused' in answer ? null : answer));
  }

  private answerUnsigned(request: WebhookHttpRequest): Promise<ProviderAnswer | RefusedHandshake | null> {
    const source = sourceOf(request);
    const secrets = newestSecrets(source, 'signature', this.clock.now()).map(({ value }) => value);
    return this.answer(source, false, this.read(source, signedRequestOf(request, this.config), secrets));
  }

  private read(
    source: Source,
    { method, url, headers, rawBody }: SignedRequest,
    secrets: readonly string[],
  ): HandshakeRequest {
    const isHandshakeSecret = (text: string): boolean => {
      const now = this.clock.now();
      const known = activeSecrets(source, 'handshake', now).find(({ value }) => sameText(value, text));
      if (known) this.uses.note(known, now);
      return known !== undefined;
    };
    return { method, query: queryOf(url), headers, body: rawBody, secrets, isHandshakeSecret };
  }

  private async answer(
    source: Source,
    signed: boolean,
    request: HandshakeRequest,
  ): Promise<ProviderAnswer | RefusedHandshake | null> {
    let refusal: RefusedHandshake | null = null;
    for (const handshake of source.definition.handshakes) {
      if (handshake.signed !== signed) continue;
      const answer = handshake.answer(request);
      if (!answer) continue;
      if ('refused' in answer) {
        refusal = answer;
      } else if (await this.carryOut(answer, source, request)) {
        this.note(source);
        return answer;
      } else {
        refusal = { refused: SECRET_IS_KEPT };
      }
    }
    return refusal;
  }

  /** Counts an answer, and tells of the first: whoever may ask without a signature may ask often. */
  private note({ name, definition: { slug: provider } }: Source): void {
    this.metrics.handshakes.inc({ provider });
    const now = this.clock.now().getTime();
    if (now - (this.lastLine.get(name) ?? 0) < QUIET_MS) return;
    this.lastLine.set(name, now);
    this.logger.log({ message: 'handshake answered', source: name, provider });
  }

  /** Does what the answer promises; false where there is nothing to agree to any more. */
  private async carryOut(
    { effect }: HandshakeAnswer,
    source: Source,
    { secrets }: HandshakeRequest,
  ): Promise<boolean> {
    if (!effect) return true;
    try {
      if ('keepSecret' in effect) {
        // Anybody may ask, so the database is not asked where memory knows.
        return secrets.length === 0 && (await this.commands.keepFirstSecret(source.name, effect));
      }
      const { status } = await this.fetcher.fetch({ url: effect.visit });
      if (status !== 200) throw new Error(`the provider's address has answered ${status}`);
      return true;
    } catch (error) {
      // Ours to mend, or the provider's, so never a 4xx: it asks again (promise P6).
      this.logger.error({
        message: `handshake not completed: ${(error as Error).message}`,
        source: source.name,
      });
      throw new HandshakeFailed(NOT_SHAKEN);
    }
  }
}

function hasSome({ definition }: Source, kind: 'signed' | 'unsigned'): boolean {
  return definition.handshakes.some(({ signed }) => signed === (kind === 'signed'));
}

/** Which of two values is meant must not be a guess. */
function queryOf(url: string): Map<string, string> {
  const found = new Map<string, string>();
  const repeated = new Set<string>();
  for (const [name, value] of new URLSearchParams(url.slice(url.indexOf('?') + 1 || url.length))) {
    if (found.has(name)) repeated.add(name);
    found.set(name, value);
  }
  for (const name of repeated) found.delete(name);
  return found;
}

/** Answers a provider in its own way. What some other side may have chosen is never taken for anything but what it is called. */
export function tell(reply: FastifyReply, { status, headers = {}, body }: ProviderAnswer): void {
  void reply
    .status(status)
    .headers({ ...headers, 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' })
    .send(body === '' ? undefined : body);
}
