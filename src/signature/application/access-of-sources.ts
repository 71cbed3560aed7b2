import { Access, accessRulesOf } from '../domain/access.js';
import type { SourceEntity } from '../infrastructure/source.entity.js';

/** What sources ask for beside the signature, made anew only where their rules have changed. */
export class AccessOfSources {
  private readonly known = new Map<
    string,
    { readonly text: string | null; readonly access: Access | null }
  >();

  /** Null where the rules cannot be read. */
  of({ name, access: text }: Pick<SourceEntity, 'name' | 'access'>): Access | null {
    const before = this.known.get(name);
    if (before && before.text === text) return before.access;
    const rules = accessRulesOf(text);
    const access = rules && new Access(rules);
    this.known.set(name, { text, access });
    return access;
  }
}
