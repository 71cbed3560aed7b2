import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
  UseInterceptors,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { NeedsRole } from '../../platform/auth/needs-role.decorator.js';
import type { Role } from '../../platform/auth/role.js';
import { AuditInterceptor, entryOf } from './audit.interceptor.js';
import { type AuditedCommand, COMMAND } from './audited-command.js';

/** Makes a route an admin command: it needs the role, and is recorded in the audit before it runs. */
export function AdminCommand(role: Role, command: AuditedCommand): MethodDecorator {
  return applyDecorators(NeedsRole(role), SetMetadata(COMMAND, command), UseInterceptors(AuditInterceptor));
}

/** A handler's parameter: the {@link AuditEntry} of the command that it runs. */
export const Audit = createParamDecorator((_: unknown, context: ExecutionContext) =>
  entryOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
