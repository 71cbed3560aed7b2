import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply } from 'fastify';

const INTERNAL = 500;

/** Answers every error as a problem document (RFC 9457). What is our own fault is logged and not told. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Http');

  catch(error: unknown, host: ArgumentsHost): void {
    const status = statusOf(error);
    if (status === INTERNAL) this.logger.error((error as Error).stack);
    const title = STATUS_CODES[status] ?? 'Error';
    const detail = status === INTERNAL ? 'Something went wrong on our side.' : (error as Error).message;
    void host
      .switchToHttp()
      .getResponse<FastifyReply>()
      .status(status)
      .type('application/problem+json')
      .send(JSON.stringify({ type: 'about:blank', title, status, detail }));
  }
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  const { statusCode } = error as { statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < INTERNAL ? statusCode : INTERNAL;
}
