import { NotFoundException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { noSuchPlace } from './details.js';

/** Below it are the faces for providers: a body stays the bytes that were sent, and nothing else is told. */
export const WEBHOOK_PATH = '/webhooks/';

/**
 * Whether a request is for a provider. The route that it has matched says so: the router knows spellings that the URL as sent does
 * not show, `/%77ebhooks/stripe` or `http://host/webhooks/stripe`.
 */
export function isWebhook(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith(WEBHOOK_PATH) ?? false;
}

/** The answer where a request's address does not exist. */
export function noSuchAddress({ method, url }: FastifyRequest): NotFoundException {
  return new NotFoundException(noSuchPlace(method, url));
}
