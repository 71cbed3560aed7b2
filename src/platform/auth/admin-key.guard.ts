import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { NO_ADMIN_KEY } from '../http/details.js';
import { AdminKeys } from './admin-keys.js';

/** Lets requests with `Authorization: Bearer <admin key>` through (RFC 6750). */
@Injectable()
export class AdminKeyGuard implements CanActivate {
  constructor(@Inject(AdminKeys) private readonly keys: AdminKeys) {}

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const { authorization = '' } = http.getRequest<FastifyRequest>().headers;
    const key = /^Bearer (\S+)$/i.exec(authorization)?.[1];
    if (key === undefined || !this.keys.accepts(key)) {
      void http.getResponse<FastifyReply>().header('www-authenticate', 'Bearer');
      throw new UnauthorizedException(NO_ADMIN_KEY);
    }
    return true;
  }
}
