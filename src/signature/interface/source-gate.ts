import {
  HttpException,
  Inject,
  Injectable,
  Logger,
  NotFoundException,
  type OnModuleInit,
} from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { SqlDatabase } from '../../platform/database/sql-database.js';
import { cameFromProxy, remoteAddressOf, singleHeader } from '../../platform/http/caller.js';
import { listenForRefusal, type RefusalListener } from '../../platform/http/refusal-listener.js';
import { isWebhook, WEBHOOK_PATH } from '../../platform/http/webhook-path.js';
import { limitBody } from '../../platform/http/raw-body.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import { SecretUses } from '../application/secret-uses.js';
import { Sources } from '../application/sources.js';
import type { Caller } from '../domain/access.js';
import { activeSecrets } from '../domain/source-secret.js';
import type { Source } from '../domain/verified-webhook.js';
import { NO_SUCH_SOURCE, RefusedRequests } from './refused-requests.js';

const SOURCE = Symbol('source');
type GatedRequest = FastifyRequest & { [SOURCE]?: Source };

/** The source that a webhook request has named; {@link SourceGate} has seen to it that there is one. */
export function sourceOf(request: FastifyRequest): Source {
  const source = (request as GatedRequest)[SOURCE];
  if (!source) throw new Error('the route is not behind SourceGate');
  return source;
}

/**
 * Stands before the body of a webhook is read: refuses an unknown source and one that this process cannot read, and limits the
 * body to what its provider sends. Once it has been read, holds the request to what its source asks for beside the signature.
 */
@Injectable()
export class SourceGate implements OnModuleInit {
  private readonly logger = new Logger(SourceGate.name);

  constructor(
    @Inject(APP_CONFIG)
    private readonly config: Pick<AppConfig, 'TRUSTED_PROXIES' | 'CLIENT_CERTIFICATE_HEADER'>,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
    @Inject(Sources) private readonly sources: Sources,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(SecretUses) private readonly uses: SecretUses,
    @Inject(RefusedRequests) private readonly refused: RefusedRequests,
  ) {}

  onModuleInit(): void {
    this.warnOfShortValues();
    const fastify = this.host.httpAdapter.getInstance<FastifyInstance>();
    fastify.addHook('onRequest', (request, _reply, done) => {
      done(isWebhook(request) ? this.refusal(request) : undefined);
    });
    // Once the body has been read, as a signature is checked: an earlier answer would tell an outsider what was wrong. Before anything
    // that answers a handshake.
    fastify.addHook('preValidation', (request, _reply, done) => {
      done(isWebhook(request) ? this.accessRefusal(request) : undefined);
    });
    // A provider that was given a mistaken address, one with a slash too many say, is refused and counted here too.
    fastify.all(`${WEBHOOK_PATH}*`, () => undefined);
  }

  private refusal(request: FastifyRequest): HttpException | undefined {
    const { source: name } = request.params as { source?: string };
    const source = name === undefined ? undefined : this.sources.find(name);
    if (!source?.enabled) {
      this.metrics.rejected.inc({ reason: 'unknown_source' });
      return new NotFoundException(NO_SUCH_SOURCE);
    }
    // Ours to mend, so never a 4xx: some senders do not retry one (promise P6).
    if ('problem' in source) return this.refused.postpone(request, source.name, source.problem);
    (request as GatedRequest)[SOURCE] = source;
    listenForRefusal(request, this.keep);
    limitBody(request, Math.min(source.definition.bodyLimit, this.database.largestValue));
    return undefined;
  }

  private accessRefusal(request: FastifyRequest): HttpException | undefined {
    const source = sourceOf(request);
    if (source.access.isOpen) return undefined;
    const now = this.clock.now();
    const credentials = activeSecrets(source, 'basic', now);
    const refusal = source.access.refusal(this.callerOf(request), credentials, (shown) => {
      this.uses.note(shown, now);
    });
    return refusal ? this.refused.refuse(request, source, refusal) : undefined;
  }

  private callerOf(request: FastifyRequest): Caller {
    const header = cameFromProxy(request, this.config) ? this.config.CLIENT_CERTIFICATE_HEADER : undefined;
    return {
      address: remoteAddressOf(request),
      certificate: header === undefined ? undefined : singleHeader(request, header),
      authorization: singleHeader(request, 'authorization'),
    };
  }

  /** What is found wrong later, and counted there. */
  private readonly keep: RefusalListener = (request, reason, detail) => {
    this.refused.keep(request, sourceOf(request).name, reason, detail);
  };

  private warnOfShortValues(): void {
    const { largestValue } = this.database;
    const largest = this.catalog.all().toSorted((a, b) => b.bodyLimit - a.bodyLimit)[0];
    if (largest && largest.bodyLimit > largestValue) {
      this.logger.warn(
        `the database takes values of ${largestValue} bytes and ${largest.displayName} may send ${largest.bodyLimit}: larger bodies are answered 413; raise max_allowed_packet`,
      );
    }
  }
}
