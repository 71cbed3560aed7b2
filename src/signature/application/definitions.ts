import type { ProviderDefinition } from 'hookwell/handler-kit';
import { isOwnProvider } from '../../providers/own-provider-name.js';
import type { ProviderCatalog } from '../../providers/provider-catalog.js';
import { ownProvider, storedCustom } from '../domain/own/own-provider.js';
import type { SourceEntity } from '../infrastructure/source.entity.js';

/** The definitions of sources' providers: a folder's, or an own provider's, made anew only where its description has changed. */
export class Definitions {
  private readonly own = new Map<
    string,
    { readonly text: string; readonly definition: ProviderDefinition }
  >();

  constructor(private readonly catalog: ProviderCatalog) {}

  /** The definition, or what keeps this process from having it. */
  of({
    name,
    provider,
    custom,
  }: Pick<SourceEntity, 'name' | 'provider' | 'custom'>): ProviderDefinition | string {
    if (!isOwnProvider(provider)) {
      return this.catalog.find(provider) ?? `there is no provider ${provider} in this process`;
    }
    const known = this.own.get(name);
    if (known && known.text === custom) return known.definition;
    try {
      const text = custom ?? '';
      const definition = ownProvider(provider, storedCustom(text));
      this.own.set(name, { text, definition });
      return definition;
    } catch {
      return `this process cannot read what ${provider} is; a newer one may have written it`;
    }
  }
}
