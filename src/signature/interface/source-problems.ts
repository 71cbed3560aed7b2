import {
  ConflictException,
  type HttpException,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { SecretsKeyReplacedError } from '../../platform/secrets/secrets-key.js';
import { NotAddedError, SourceExistsError } from '../application/sources.js';
import { MOST_ACTIVE_SECRETS } from '../domain/source-secret.js';

/** What cannot be encrypted any more by a process that was not restarted. */
export const KEY_REPLACED =
  'SECRETS_KEY was rotated, and this process has the one before, so nothing was stored; restart it with the new one.';

export function sourceExists(name: string): string {
  return `There is a source named ${name} already; choose another name.`;
}

export function noSource(name: string): string {
  return `There is no source named ${name}; GET /sources lists those that there are.`;
}

export function tooManySecrets(name: string): string {
  return `${name} has ${MOST_ACTIVE_SECRETS} active secrets for this purpose, and may have no more; revoke one, or send overlapSeconds: 0.`;
}

/** A command that Sources has not carried out, as its client is told. */
export function problemWith(name: string, error: unknown): HttpException {
  if (error instanceof SourceExistsError) return new ConflictException(sourceExists(name));
  if (error instanceof SecretsKeyReplacedError) return new ServiceUnavailableException(KEY_REPLACED);
  if (!(error instanceof NotAddedError)) throw error;
  switch (error.why) {
    case 'NO_SOURCE':
      return new NotFoundException(noSource(name));
    case 'TOO_MANY':
      return new ConflictException(tooManySecrets(name));
    default:
      return error.why satisfies never;
  }
}
