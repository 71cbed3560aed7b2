import { expect, it } from 'vitest';
import { SecretsKeyReplacedError } from '../../platform/secrets/secrets-key.js';
import {
  NotRevealedError,
  SecretsLostError,
  UnfitSecretError,
  UnknownProviderError,
} from '../application/source-errors.js';
import {
  type NotRevealed,
  SecretExistsError,
  SecretUnreadableError,
} from '../infrastructure/secret-store.js';
import { problemWith, revealProblem } from './source-problems.js';

it.each<readonly [Error, number, string]>([
  [new SecretUnreadableError(), 503, 'does not decrypt with SECRETS_KEY'],
  [new SecretsKeyReplacedError(), 503, 'SECRETS_KEY was rotated'],
  ...(['NOT_TO_BE_COPIED', 'SHOWN', 'USED', 'EXPIRED'] satisfies NotRevealed[]).map(
    (why) => [new NotRevealedError(why), 409, 'the-id'] as const,
  ),
  [new NotRevealedError('NO_SECRET'), 404, 'the-id'],
])('tells who asks for a secret of %j what to do', (error, status, says) => {
  const problem = revealProblem('notion', 'the-id', error);
  expect(problem.getStatus()).toBe(status);
  expect(problem.message).toContain(says);
});

it.each<readonly [Error, number, string]>([
  [new SecretsLostError(['the-id']), 400, 'could not be read so: the-id; revoke'],
  [new UnfitSecretError('must be hex digits'), 400, 'secret must be hex digits.'],
  [new SecretExistsError('the-id'), 409, 'already, as the-id, so nothing was added; leave it, or revoke'],
  [new UnknownProviderError('acme'), 409, 'no provider acme, so it cannot tell what its secrets look like'],
])('tells who changes a source of %j what to do', (error, status, says) => {
  const problem = problemWith('acme-eu', error);
  expect(problem.getStatus()).toBe(status);
  expect(problem.message).toContain(says);
});

it('leaves what is our fault as it is', () => {
  const fault = new Error('away');
  expect(() => revealProblem('notion', 'the-id', fault)).toThrow(fault);
});
