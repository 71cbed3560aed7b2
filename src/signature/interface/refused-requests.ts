import {
  type HttpException,
  Inject,
  Injectable,
  NotFoundException,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { Clock } from '../../platform/clock.js';
import { remoteAddressOf } from '../../platform/http/caller.js';
import { NotVerifiable, SilentRefusal } from '../../platform/http/problem.filter.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Rejections } from '../application/rejections.js';
import { LACKS_SECRET, lacksSecret, type SecretPurpose } from '../domain/source-secret.js';
import type { Source } from '../domain/verified-webhook.js';
import { rejectionOf } from '../domain/rejection.js';
import { refusedHandshakeOf } from './refused-handshake.js';

/** What an outsider is told of a source that there is not, or that is disabled. */
export const NO_SUCH_SOURCE = 'There is no such source.';
/** What everybody is told who may not be believed, whatever the reason is (promise P5). */
export const NOT_VERIFIED = 'The signature does not verify.';

/** Writes down what is refused at the webhooks' addresses. */
@Injectable()
export class RefusedRequests {
  constructor(
    @Inject(Rejections) private readonly rejections: Rejections,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /**
   * Counts and keeps a request that is not, or cannot be, believed. Where a secret does not open that it might have been made with, that
   * is no fault of the sender's.
   * @returns what it is answered
   */
  refuse(
    request: FastifyRequest,
    source: Source,
    { reason, detail: said }: { readonly reason: string; readonly detail: string },
  ): HttpException {
    const { name, definition } = source;
    const detail = withHandshake(said, refusedHandshakeOf(request), request.method);
    if (lacksSecret(source, purposesBehind(reason), this.clock.now())) {
      return this.postpone(request, name, `${LACKS_SECRET}, and by the others: ${detail}`);
    }
    this.metrics.rejected.inc({ reason });
    this.keep(request, name, reason, detail);
    // Not the sender's fault, so never a 4xx: some senders do not retry one (promise P6).
    if (reason === 'key_unavailable') return new NotVerifiable();
    // As every question that is no handshake.
    if (request.method !== 'POST') return new NotFoundException(NO_SUCH_SOURCE);
    return definition.refusesInSilence ? new SilentRefusal() : new UnauthorizedException(NOT_VERIFIED);
  }

  /**
   * Counts and keeps a request to a source that this process cannot read, or not all of it.
   * @returns what it is answered
   */
  postpone(request: FastifyRequest, source: string, problem: string): HttpException {
    const reason = 'source_unreadable';
    this.metrics.rejected.inc({ reason });
    this.keep(request, source, reason, problem);
    return new NotVerifiable();
  }

  /** Keeps a refused request to a configured source that is counted already. */
  keep(request: FastifyRequest, source: string, reason: string, detail: string): void {
    const rejection = {
      at: this.clock.now(),
      reason,
      detail,
      remoteAddress: remoteAddressOf(request),
      size: sizeOf(request),
    };
    this.rejections.note(source, rejectionOf(rejection, request.raw.rawHeaders));
  }
}

/** What is said of a refusal, with why the handshake was refused that the request means to be; a GET means to be nothing else. */
function withHandshake(said: string, refused: string | undefined, method: string): string {
  if (refused === undefined) return said;
  return method === 'POST' ? `${said}; as a handshake, ${refused}` : refused;
}

/** What the secrets are for that have led to a refusal: with another one of these it might not have been refused. */
function purposesBehind(reason: string): readonly SecretPurpose[] {
  if (reason === 'address_not_allowed' || reason === 'certificate_refused') return [];
  return reason === 'credentials_refused' ? ['basic'] : ['signature', 'handshake'];
}

/** Bytes of the body, or what was announced where it was not read; null where neither is known. */
function sizeOf({ body, headers }: FastifyRequest): number | null {
  if (Buffer.isBuffer(body)) return body.length;
  const announced = headers['content-length'];
  if (announced === undefined) return headers['transfer-encoding'] === undefined ? 0 : null;
  return Number.isSafeInteger(Number(announced)) ? Number(announced) : null;
}
