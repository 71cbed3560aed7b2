import type { SourceSecret } from '../domain/source-secret.js';
import { decryptWithAny } from '../infrastructure/secret-cipher.js';
import type { SourceSecretEntity } from '../infrastructure/source-secret.entity.js';

/** A source's secrets, or that one of them does not decrypt. */
export type Opened = readonly SourceSecret[] | 'UNREADABLE';

/**
 * Secrets in the clear. What an id stands for never changes, so each is decrypted once. Those that are known stay so although they are
 * encrypted anew under a key that this process has not got: SECRETS_KEY is rotated while it runs.
 */
export class OpenedSecrets {
  private values: ReadonlyMap<string, string> = new Map();

  /** Opens what a reading has found, by source, in its order; what is not in it is forgotten. */
  open(entities: readonly SourceSecretEntity[], keys: readonly Buffer[]): (source: string) => Opened {
    const values = new Map<string, string>();
    const bySource = new Map<string, SourceSecret[]>();
    const unreadable = new Set<string>();
    for (const entity of entities) {
      const value = this.valueOf(entity, keys);
      if (value === null) {
        unreadable.add(entity.source);
        continue;
      }
      values.set(keptAs(entity), value);
      const { id, source, purpose, expiresAt, lastUsedAt } = entity;
      const secret = { id, purpose, value, expiresAt, lastUsedAt };
      const others = bySource.get(source);
      if (others) others.push(secret);
      else bySource.set(source, [secret]);
    }
    this.values = values;
    return (source) => (unreadable.has(source) ? 'UNREADABLE' : (bySource.get(source) ?? []));
  }

  private valueOf(entity: SourceSecretEntity, keys: readonly Buffer[]): string | null {
    return this.values.get(keptAs(entity)) ?? decryptWithAny(entity.value ?? '', entity, keys);
  }
}

/** With its owner: a row that was given to another source has to prove itself anew, and does not decrypt. */
function keptAs({ id, source, purpose }: SourceSecretEntity): string {
  return `${id} ${source} ${purpose}`;
}
