import type { WebhookHandlerOptions } from 'hookwell/handler-kit';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigurationError } from '../../../platform/config/config.js';
import type { HandlerRules } from '../../domain/handler-rules.js';
import { handlerRules } from './handler-options.js';

const rules = (options: Partial<WebhookHandlerOptions> = {}): HandlerRules =>
  handlerRules('Handler', { provider: 'acme', types: ['*'], ...options });

describe('handlerRules', () => {
  it('gives a handler that says nothing a day, no turns, no limits and a breaker', () => {
    expect(rules()).toMatchObject({
      laterWithinMs: 24 * 3_600_000,
      serial: false,
      requires: null,
      supersede: false,
      concurrency: null,
      ratePerSecond: null,
      breaker: { failureRate: 0.5, lastAttempts: 20, openMs: 30_000 },
    });
  });

  it('waits an hour for what is required, and then fails', () => {
    expect(rules({ requires: ['a', 'b'] }).requires).toEqual({
      types: ['a', 'b'],
      withinMs: 3_600_000,
      whenMissing: 'fail',
    });
  });

  it.each<[string, Partial<WebhookHandlerOptions>, boolean]>([
    ["ordering 'serial'", { ordering: 'serial' }, true],
    ['requires', { requires: ['a'] }, true],
    ['supersede', { supersede: true }, true],
    ['all of them', { ordering: 'serial', requires: ['a'], supersede: true }, true],
    ["ordering 'none'", { ordering: 'none', requires: [], supersede: false }, false],
  ])('makes a handler with %s take turns, or not', (_, options, serial) => {
    expect(rules(options).serial).toBe(serial);
  });

  it('gives a handler what it asks for', () => {
    const breaker = { failureRate: 1, lastAttempts: 1, openMs: 1 };
    const asked = { laterWithinMs: 1, concurrency: 2, ratePerSecond: 3, breaker };
    expect(rules({ ...asked, payload: z.object({}), transaction: false })).toMatchObject(asked);
    expect(rules({ breaker: false }).breaker).toBeNull();
  });

  const whole = 'must be a whole number from 1 to 2147483647';
  const breaker = { failureRate: 1, lastAttempts: 1, openMs: 1 };
  const shape = 'must be false, or give failureRate, lastAttempts and openMs as numbers';
  const contradiction =
    "Handler: ordering 'none' contradicts requires and supersede, which make a handler serial; leave it out";

  it.each<[object, string]>([
    [{ types: 'a' }, 'Handler: types must be a list of event types'],
    [{ types: ['a', ''] }, 'Handler: types.1 names an empty event type'],
    [{ payload: { order: 'string' } }, 'Handler: payload must be a Zod schema'],
    [{ laterWithinMs: 0 }, `Handler: laterWithinMs ${whole}`],
    [{ transaction: 'no' }, 'Handler: transaction must be true or false'],
    [{ ordering: 'parallel' }, 'Handler: ordering must be none or serial'],
    [{ requires: 'a' }, 'Handler: requires must be a list of event types'],
    [{ requires: ['a', 7] }, 'Handler: requires.1 must be a list of event types'],
    [
      { requires: ['a.*'] },
      'Handler: requires.0 must name types in full; an event cannot wait for a pattern',
    ],
    [{ requiresWithinMs: 0.5 }, `Handler: requiresWithinMs ${whole}`],
    [{ whenMissing: 'skip' }, 'Handler: whenMissing must be fail or run'],
    [{ supersede: 'yes' }, 'Handler: supersede must be true or false'],
    [{ concurrency: 0 }, `Handler: concurrency ${whole}`],
    [{ ratePerSecond: '5' }, `Handler: ratePerSecond ${whole}`],
    [{ breaker: true }, `Handler: breaker ${shape}`],
    [{ breaker: { failureRate: 1 } }, `Handler: breaker ${shape}`],
    [{ breaker: { ...breaker, failureRate: 0 } }, 'Handler: breaker.failureRate must be above 0'],
    [{ breaker: { ...breaker, failureRate: 1.1 } }, 'Handler: breaker.failureRate must be at most 1'],
    [{ breaker: { ...breaker, lastAttempts: 0 } }, `Handler: breaker.lastAttempts ${whole}`],
    [{ breaker: { ...breaker, openMs: 2 ** 31 } }, `Handler: breaker.openMs ${whole}`],
    [{ ordering: 'none', requires: ['a'] }, contradiction],
    [{ ordering: 'none', supersede: true }, contradiction],
  ])('stops the start for %j, naming handler and option', (options, message) => {
    expect(() => rules(options)).toThrow(new ConfigurationError(message));
  });

  it('knows no option that is misspelt, and says which there are', () => {
    const misspelt = { concurency: 3 } as Partial<WebhookHandlerOptions>;
    expect(() => rules(misspelt)).toThrow(ConfigurationError);
    expect(() => rules(misspelt)).toThrow(/^Handler: concurency is no option; there are .*, concurrency, /);
  });
});
