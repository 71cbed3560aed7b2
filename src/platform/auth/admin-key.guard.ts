import {
  type CanActivate,
  type ExecutionContext,
  ForbiddenException,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NO_ADMIN_KEY } from '../http/details.js';
import type { AdminIdentity } from './admin-key-list.js';
import { AdminKeys } from './admin-keys.js';
import { neededRole, needsRole } from './needs-role.decorator.js';
import { rolesFrom } from './role.js';

const IDENTITY = Symbol('admin identity');
type AdminRequest = FastifyRequest & { [IDENTITY]?: AdminIdentity };

/** Whose key an admin request carries; {@link AdminKeyGuard} has seen to it that it is somebody's. */
export function identityOf(request: FastifyRequest): AdminIdentity {
  const identity = (request as AdminRequest)[IDENTITY];
  if (!identity) throw new Error('the route is not behind AdminKeyGuard');
  return identity;
}

/** Lets requests with `Authorization: Bearer <admin key>` (RFC 6750) through whose key has the role that the route needs. */
@Injectable()
export class AdminKeyGuard implements CanActivate {
  constructor(
    @Inject(AdminKeys) private readonly keys: AdminKeys,
    @Inject(Reflector) private readonly reflector: Reflector,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const request = http.getRequest<AdminRequest>();
    const key = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const identity = key === undefined ? null : this.keys.identify(key);
    if (!identity) {
      void http.getResponse<FastifyReply>().header('www-authenticate', 'Bearer');
      throw new UnauthorizedException(NO_ADMIN_KEY);
    }
    const needed = neededRole(this.reflector, context);
    if (!rolesFrom(needed).includes(identity.role)) throw new ForbiddenException(needsRole(needed));
    request[IDENTITY] = identity;
    return true;
  }
}
