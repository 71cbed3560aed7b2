import { STATUS_CODES } from 'node:http';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Metrics } from '../metrics/metrics.js';
import { NOT_VERIFIABLE, OUR_FAULT } from './details.js';
import { tellRefusal } from './refusal-listener.js';
import { beginsAsWebhook, isWebhook, UndecodableAddress } from './webhook-path.js';

const INTERNAL = 500;
const RETRY_AFTER_SECONDS = '5';

/** Why a webhook was not accepted, for the metrics; the signature's own reasons and unknown sources are counted where they are found. */
const REJECTIONS: Readonly<Record<number, string>> = {
  400: 'broken_off',
  413: 'too_large',
  500: 'internal_error',
  503: 'not_stored',
};

/** A problem document (RFC 9457), as every error is answered. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
}

/** A webhook that cannot be verified now, through no fault of its sender. Who throws it has counted it. */
export class NotVerifiable extends ServiceUnavailableException {
  constructor() {
    super(NOT_VERIFIABLE);
  }
}

/** A handshake that cannot be completed now, through no fault of its sender. */
export class HandshakeFailed extends ServiceUnavailableException {}

/** The problem document of a status. */
export function problemOf(status: number, detail: string): Problem {
  return { type: 'about:blank', title: STATUS_CODES[status] ?? 'Error', status, detail };
}

/** Answered 401 without a body, for clients that take none. */
export class SilentRefusal extends UnauthorizedException {}

/** Answers every error as a problem document. What is our own fault is logged and not told. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  constructor(private readonly metrics: Metrics) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const status = statusOf(error);
    if (status === INTERNAL) this.logger.error(error instanceof Error ? error.stack : String(error));
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const problem = problemOf(status, status === INTERNAL ? OUR_FAULT : (error as Error).message);
    const reason = rejectionOf(error, status, request);
    if (reason !== undefined) {
      this.metrics.rejected.inc({ reason });
      tellRefusal(request, reason, problem.detail);
    }
    sendProblem(host.switchToHttp().getResponse<FastifyReply>(), problem, error instanceof SilentRefusal);
  }
}

/** Why a request to a provider's address was not accepted; undefined where it was none, or where that is counted already. */
function rejectionOf(error: unknown, status: number, request: FastifyRequest): string | undefined {
  if (error instanceof UndecodableAddress) return beginsAsWebhook(request.url) ? 'unknown_source' : undefined;
  if (error instanceof NotVerifiable) return undefined;
  if (error instanceof HandshakeFailed) return 'handshake_failed';
  return isWebhook(request) ? REJECTIONS[status] : undefined;
}

function sendProblem(reply: FastifyReply, problem: Problem, silently: boolean): void {
  const { status } = problem;
  if (status >= INTERNAL) void reply.header('retry-after', RETRY_AFTER_SECONDS);
  // Fastify would cut the client off while it still sends, and it might never see the answer (RFC 9112 section 9.6).
  if (status === 413) void reply.removeHeader('connection');
  if (silently) {
    void reply.status(status).send();
    return;
  }
  void reply.status(status).type('application/problem+json').send(JSON.stringify(problem));
}

/** The status that an error is answered with. */
export function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const statusCode = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < INTERNAL ? statusCode : INTERNAL;
}
