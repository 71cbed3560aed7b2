import type { ProviderDefinition } from 'hookwell/handler-kit';

/** The kinds of sender that this process knows, by slug. */
export class ProviderCatalog {
  private readonly bySlug: ReadonlyMap<string, ProviderDefinition>;

  constructor(definitions: readonly ProviderDefinition[]) {
    this.bySlug = new Map(definitions.map((definition) => [definition.slug, definition]));
  }

  find(slug: string): ProviderDefinition | undefined {
    return this.bySlug.get(slug);
  }

  all(): ProviderDefinition[] {
    return [...this.bySlug.values()];
  }

  slugs(): string[] {
    return [...this.bySlug.keys()].toSorted();
  }
}
