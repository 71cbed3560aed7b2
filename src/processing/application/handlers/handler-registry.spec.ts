import type { Type } from '@nestjs/common';
import { type DiscoveryService, Reflector } from '@nestjs/core';
import { type EventHandler, WebhookHandler, type WebhookHandlerOptions } from 'hookwell/handler-kit';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../../../platform/config/config.js';
import { ProviderCatalog } from '../../../providers/provider-catalog.js';
import { definition as acme } from '../../../providers/standard-webhooks/provider.js';
import { HandlerRegistry } from './handler-registry.js';

/** A handler class of a name, as a team would write it. */
function handler(name: string, change: Partial<WebhookHandlerOptions> = {}): Type {
  const made = class implements EventHandler {
    handle(): Promise<undefined> {
      return Promise.resolve(undefined);
    }
  };
  Object.defineProperty(made, 'name', { value: name });
  WebhookHandler({ provider: 'acme', types: ['thing.made'], ...change })(made);
  return made;
}

/** A registry that finds these classes among what else is injected. */
function registryOf(...classes: readonly Type[]): HandlerRegistry {
  const injected = [...classes, ProviderCatalog].map((metatype) => ({
    metatype,
    instance: metatype === ProviderCatalog ? {} : (new metatype() as object),
  }));
  const discovery = { getProviders: () => [...injected, { metatype: null, instance: 'a value' }] };
  const catalog = new ProviderCatalog([{ ...acme, slug: 'acme' }]);
  const registry = new HandlerRegistry(discovery as unknown as DiscoveryService, new Reflector(), catalog);
  registry.onModuleInit();
  return registry;
}

describe('HandlerRegistry', () => {
  it('finds the handlers of an event by its provider and type', () => {
    const registry = registryOf(handler('One'), handler('Every', { types: ['*'] }));
    const found = (provider: string, type: string): string[] =>
      registry.for(provider, type).map(({ name }) => name);
    expect(found('acme', 'thing.made')).toEqual(['One', 'Every']);
    expect(found('acme', 'thing.lost')).toEqual(['Every']);
    expect(found('another', 'thing.made')).toEqual([]);
  });

  it('gives a handler that says nothing of it 8 attempts, 5 s before the second, and 30 s each', () => {
    const [plain] = registryOf(handler('Plain')).for('acme', 'thing.made');
    expect(plain).toMatchObject({ retry: { attempts: 8, backoffMs: 5000 }, timeoutMs: 30_000 });
  });

  it('gives a handler what it asks for, to the bounds', () => {
    const least = { attempts: 1, backoffMs: 0, timeoutMs: 1 };
    const most = { attempts: 2 ** 31 - 1, backoffMs: 2 ** 31 - 1, timeoutMs: 2 ** 31 - 1 };
    const longest = 'x'.repeat(128);
    const found = registryOf(handler('Least', least), handler(longest, most)).for('acme', 'thing.made');
    expect(found).toMatchObject([
      { name: 'Least', retry: { attempts: 1, backoffMs: 0 }, timeoutMs: 1 },
      {
        name: longest,
        retry: { attempts: most.attempts, backoffMs: most.backoffMs },
        timeoutMs: 2 ** 31 - 1,
      },
    ]);
  });

  const silent = handler('Silent');
  Object.assign(silent.prototype as object, { handle: undefined });

  it.each<[string, Type[], RegExp]>([
    [
      'an unknown provider',
      [handler('A', { provider: 'amce' })],
      /^A handles provider amce, and there is no/,
    ],
    ['no event type', [handler('A', { types: [] })], /^A: types names no event type; add some/],
    ['no handle', [silent], /^Silent has no handle\(event, context\)/],
    ['the name of another', [handler('A'), handler('B'), handler('A')], /^two handlers are named A; rename/],
    ['a name of 129 characters', [handler('x'.repeat(129))], /^x{129} has a name of over 128 characters/],
    ['no attempt', [handler('A', { attempts: 0 })], /^A: attempts must be a whole number from 1 to /],
    ['half an attempt', [handler('A', { attempts: 1.5 })], /^A: attempts must be a whole number/],
    ['a wait below nothing', [handler('A', { backoffMs: -1 })], /^A: backoffMs must be .* from 0 to /],
    [
      'no time',
      [handler('A', { timeoutMs: 0 })],
      /^A: timeoutMs must be a whole number from 1 to 2147483647$/,
    ],
    ['a timeout that no timer takes', [handler('A', { timeoutMs: 2 ** 31 })], /^A: timeoutMs must be/],
  ])('stops the start for a handler with %s, and says which', (_, classes, message) => {
    const start = (): HandlerRegistry => registryOf(...classes);
    expect(start).toThrow(ConfigurationError);
    expect(start).toThrow(message);
  });
});
