import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  Logger,
  type NestInterceptor,
  ServiceUnavailableException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { lastValueFrom, type Observable, of } from 'rxjs';
import { identityOf } from '../../platform/auth/admin-key.guard.js';
import { NOT_RECORDED } from '../../platform/http/details.js';
import { statusOf } from '../../platform/http/problem.filter.js';
import { AuditLog } from '../application/audit-log.js';
import type { AuditEntry, CommandBegun, CommandEnded } from '../domain/audit-entry.js';
import { type AuditedCommand, COMMAND, parametersOf } from './audited-command.js';

const ENTRY = Symbol('audit entry');
type AuditedRequest = FastifyRequest & { [ENTRY]?: AuditEntry };

/** The entry of the command that a request gives; {@link AuditInterceptor} has written it. */
export function entryOf(request: FastifyRequest): AuditEntry {
  const entry = (request as AuditedRequest)[ENTRY];
  if (!entry) throw new Error('the route is no AdminCommand');
  return entry;
}

/**
 * Writes a command into the audit, committed, before its parameters are checked and it runs, and completes the entry afterwards.
 * A command that cannot be written down is not run; one that has run is answered as it ended, whether or not that could be
 * written, for a client that is told otherwise would give it again.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  private readonly logger = new Logger(AuditInterceptor.name);

  constructor(
    @Inject(AuditLog) private readonly log: AuditLog,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler<unknown>): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<AuditedRequest>();
    const command = this.reflector.get<AuditedCommand>(COMMAND, context.getHandler());
    const entry = await this.begin({
      keyId: identityOf(request).id,
      command: command.name,
      ...parametersOf(command, request),
    });
    request[ENTRY] = entry;
    try {
      const answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.end(entry, entry.done());
      return of(answer);
    } catch (error) {
      await this.end(entry, endedBy(error, entry));
      throw error;
    }
  }

  private async begin(command: CommandBegun): Promise<AuditEntry> {
    try {
      return await this.log.begin(command);
    } catch (error) {
      this.logger.error(`command ${command.command} refused, for it cannot be recorded: ${textOf(error)}`);
      throw new ServiceUnavailableException(NOT_RECORDED);
    }
  }

  private async end(entry: AuditEntry, ended: CommandEnded): Promise<void> {
    try {
      await this.log.end(entry.id, ended);
    } catch (error) {
      this.logger.error({
        message: `a command's end cannot be recorded, its entry stays PENDING: ${textOf(error)}`,
        auditId: entry.id,
        outcome: ended.outcome,
      });
    }
  }
}

function endedBy(error: unknown, entry: AuditEntry): CommandEnded {
  const status = statusOf(error);
  if (status === 400) return entry.refusedAsInvalid(textOf(error));
  return status < 500 ? entry.refused(textOf(error)) : entry.failed(textOf(error));
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
