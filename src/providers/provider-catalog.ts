import type { ProviderDefinition } from 'hookwell/handler-kit';
import { isOwnProvider } from './own-provider-name.js';

/** The kinds of sender that this process knows, by slug. */
export class ProviderCatalog {
  private readonly bySlug: ReadonlyMap<string, ProviderDefinition>;

  constructor(definitions: readonly ProviderDefinition[]) {
    const inOrder = definitions.toSorted((a, b) => (a.slug < b.slug ? -1 : 1));
    this.bySlug = new Map(inOrder.map((definition) => [definition.slug, definition]));
  }

  find(slug: string): ProviderDefinition | undefined {
    return this.bySlug.get(slug);
  }

  /** Whether handlers can be for the provider: it has a folder, or is an own one, which needs none. */
  knows(slug: string): boolean {
    return this.bySlug.has(slug) || isOwnProvider(slug);
  }

  /** All of them, by slug. */
  all(): ProviderDefinition[] {
    return [...this.bySlug.values()];
  }

  slugs(): string[] {
    return [...this.bySlug.keys()];
  }
}
