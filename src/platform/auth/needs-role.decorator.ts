import { applyDecorators, type ExecutionContext, SetMetadata } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { ApiProblems } from '../http/api-problems.js';
import { type Role, rolesFrom } from './role.js';

const NEEDED_ROLE = Symbol('needed role');

/** Says which role a route, or all routes of a controller, need, and documents the refusal of a lower one. */
export function NeedsRole(role: Role): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(NEEDED_ROLE, role), ApiProblems({ 403: needsRole(role) }));
}

/** The role that a request needs. Where nobody has said so, reading takes a viewer and everything else an admin. */
export function neededRole(reflector: Reflector, context: ExecutionContext): Role {
  const said = reflector.getAllAndOverride<Role | undefined>(NEEDED_ROLE, [
    context.getHandler(),
    context.getClass(),
  ]);
  const { method } = context.switchToHttp().getRequest<FastifyRequest>();
  return said ?? (method === 'GET' || method === 'HEAD' ? 'viewer' : 'admin');
}

/** The detail of a 403. */
export function needsRole(role: Role): string {
  return `This needs an admin key with the role ${rolesFrom(role).join(' or ')}.`;
}
