import { BadRequestException, NotFoundException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { noSuchPlace, UNDECODABLE_ADDRESS } from './details.js';

/** Below it are the faces for providers: a body stays the bytes that were sent, and nothing else is told. */
export const WEBHOOK_PATH = '/webhooks/';

/**
 * Whether a request is for a provider. The route that it has matched says so: the router knows spellings that the URL as sent does
 * not show, `/%77ebhooks/stripe` or `http://host/webhooks/stripe`.
 */
export function isWebhook(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith(WEBHOOK_PATH) ?? false;
}

/** The answer where the router cannot decode a request's address. */
export class UndecodableAddress extends BadRequestException {
  constructor() {
    super(UNDECODABLE_ADDRESS);
  }
}

/** Whether an address was meant for a provider's although the router cannot decode it: its first part says so. */
export function beginsAsWebhook(url: string): boolean {
  const first = /^(?:https?:\/\/[^/]*)?(\/[^/]*\/)/i.exec(url)?.[1] ?? '';
  try {
    return decodeURIComponent(first) === WEBHOOK_PATH;
  } catch {
    return false;
  }
}

/** The answer where a request's address does not exist. */
export function noSuchAddress({ method, url }: FastifyRequest): NotFoundException {
  return new NotFoundException(noSuchPlace(method, url));
}
