import {
  BadRequestException,
  ConflictException,
  type HttpException,
  NotFoundException,
  ServiceUnavailableException,
} from '@nestjs/common';
import { SecretsKeyReplacedError } from '../../platform/secrets/secrets-key.js';
import {
  AuthorizationTakenError,
  NotAddedError,
  NotRevealedError,
  SecretsLostError,
  SourceExistsError,
  UnfitSecretError,
  UnknownProviderError,
  UnreadableRulesError,
} from '../application/source-errors.js';
import { MOST_ACTIVE_SECRETS } from '../domain/source-secret.js';
import {
  type NotRevealed,
  SecretExistsError,
  SecretUnreadableError,
} from '../infrastructure/secret-store.js';
import { ACCESS_FIELDS, NO_FREE_AUTHORIZATION } from './access-field.js';
import { losesSecrets } from './custom-field.js';

/** What cannot be encrypted any more by a process that was not restarted. */
export const KEY_REPLACED =
  'SECRETS_KEY was rotated, and this process has the one before, so nothing was done; restart it with the new one.';

/** What was encrypted with a key that this process has not got. */
export const SECRET_UNREADABLE =
  'The secret does not decrypt with SECRETS_KEY, so nothing was shown; start this process with the key that it was encrypted with, and ask again.';

/** A first secret is never replaced by one that anybody sends. */
const ANOTHER =
  'Where the provider still asks for it, add a source under another name and have the provider send a secret to its address.';

export function sourceExists(name: string): string {
  return `There is a source named ${name} already; choose another name.`;
}

export function noSource(name: string): string {
  return `There is no source named ${name}; GET /sources lists those that there are.`;
}

export function noProvider(provider: string): string {
  return `This process has no provider ${provider}, so it cannot tell what its secrets look like; ask one that has its folder.`;
}

export function tooManySecrets(name: string): string {
  return `${name} has ${MOST_ACTIVE_SECRETS} active secrets for this purpose, and may have no more; revoke one, or send overlapSeconds: 0.`;
}

export function secretExists(name: string, id: string): string {
  return `${name} has this secret for this purpose already, as ${id}, so nothing was added; leave it, or revoke that one and add it again, so that it counts anew.`;
}

export function noSecret(id: string): string {
  return `There is no secret ${id} of this source that is not revoked; GET /sources/{name}/secrets lists them.`;
}

/** Why a secret that there is, is not shown, and what to do. */
export function notShown(id: string, why: Exclude<NotRevealed, 'NO_SECRET'>): string {
  switch (why) {
    case 'NOT_TO_BE_COPIED':
      return `${id} is no secret that a person has to copy from here, so it is never shown; look for it where it was made.`;
    case 'SHOWN':
      return `${id} was shown already, and is shown once; GET /audit?command=secret.reveal tells to whom. ${ANOTHER}`;
    case 'USED':
      return `A request has been verified with ${id}, so it is in use, and not shown any more. ${ANOTHER}`;
    case 'EXPIRED':
      return `${id} has expired, so it is of no use to the provider. ${ANOTHER}`;
    default:
      return why satisfies never;
  }
}

export function unreadableRules(name: string): string {
  return `The access rules that are stored for ${name} cannot be read, so nothing was changed; send all of access: ${ACCESS_FIELDS}.`;
}

/** A command that SourceCommands has not carried out, as its client is told. */
export function problemWith(name: string, error: unknown): HttpException {
  if (error instanceof SourceExistsError) return new ConflictException(sourceExists(name));
  if (error instanceof UnreadableRulesError) return new ConflictException(unreadableRules(name));
  if (error instanceof SecretsLostError) return new BadRequestException(losesSecrets(error.ids));
  if (error instanceof AuthorizationTakenError) return new BadRequestException(NO_FREE_AUTHORIZATION);
  if (error instanceof UnfitSecretError) return new BadRequestException(`secret ${error.message}.`);
  if (error instanceof SecretExistsError) return new ConflictException(secretExists(name, error.id));
  if (error instanceof UnknownProviderError) return new ConflictException(noProvider(error.provider));
  if (error instanceof SecretsKeyReplacedError) return new ServiceUnavailableException(KEY_REPLACED);
  if (error instanceof SecretUnreadableError) return new ServiceUnavailableException(SECRET_UNREADABLE);
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

/** A secret that was not revealed, as who has asked for it is told. */
export function revealProblem(name: string, id: string, error: unknown): HttpException {
  if (!(error instanceof NotRevealedError)) return problemWith(name, error);
  return error.why === 'NO_SECRET'
    ? new NotFoundException(noSecret(id))
    : new ConflictException(notShown(id, error.why));
}
