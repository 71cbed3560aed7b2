import type { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import type { HandlerRegistry } from '../../processing/application/handlers/handler-registry.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import { definition } from '../../providers/github/provider.js';
import { GateNames } from './gate-names.js';

/** With a folder for github, a source of custom:sent and a handler for custom:handled. */
const names = new GateNames(
  {
    getRepository: () => ({
      existsBy: ({ provider }: { provider: string }) => Promise.resolve(provider === 'custom:sent'),
    }),
  } as unknown as DataSource,
  new ProviderCatalog([definition]),
  { all: () => [{ provider: 'custom:handled' }] } as unknown as HandlerRegistry,
);

describe('GateNames', () => {
  it.each([
    ['github', true],
    ['custom:sent', true],
    ['custom:handled', true],
    ['custom:snet', false],
    ['custom', false],
    ['nobody', false],
  ])('knows whether there is a provider %s', async (name, expected) => {
    expect(await names.exists('provider', name)).toBe(expected);
  });
});
