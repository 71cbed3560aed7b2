import type { ProviderDefinition } from 'hookwell/handler-kit';

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

  /** All of them, by slug. */
  all(): ProviderDefinition[] {
    return [...this.bySlug.values()];
  }

  slugs(): string[] {
    return [...this.bySlug.keys()];
  }
}
