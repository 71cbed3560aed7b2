import type { SourceSecret, SourceSecrets, UnopenedSecret } from '../domain/source-secret.js';
import { decryptWithAny } from '../infrastructure/secret-cipher.js';
import type { SourceSecretEntity } from '../infrastructure/source-secret.entity.js';

/**
 * Secrets in the clear. What an id stands for never changes, so each is decrypted once. Those that are known stay so although they are
 * encrypted anew under a key that this process has not got: SECRETS_KEY is rotated while it runs.
 */
export class OpenedSecrets {
  private values: ReadonlyMap<string, string> = new Map();
  /** What does not open, as it is stored. */
  private unopened: ReadonlySet<string> = new Set();

  /**
   * Opens what a reading has found, by source, in its order; what is not in it is forgotten.
   * @param keysNow gives the keys that there are by now; asked once, where something does not open that was not seen before
   */
  open(
    entities: readonly SourceSecretEntity[],
    keys: readonly Buffer[],
    keysNow: () => readonly Buffer[],
  ): (source: string) => SourceSecrets {
    let later: readonly Buffer[] | undefined;
    const keysLater = (): readonly Buffer[] => (later ??= keysNow());
    const values = new Map<string, string>();
    const unopened = new Set<string>();
    const bySource = new Map<string, { secrets: SourceSecret[]; unopened: UnopenedSecret[] }>();
    for (const entity of entities) {
      const { id, source, purpose, expiresAt, lastUsedAt } = entity;
      const found = bySource.get(source) ?? { secrets: [], unopened: [] };
      bySource.set(source, found);
      const value = this.valueOf(entity, keys, keysLater);
      if (value === null) {
        unopened.add(storedAs(entity));
        found.unopened.push({ id, purpose, expiresAt });
      } else {
        values.set(keptAs(entity), value);
        found.secrets.push({ id, purpose, value, expiresAt, lastUsedAt });
      }
    }
    this.values = values;
    this.unopened = unopened;
    return (source) => bySource.get(source) ?? { secrets: [], unopened: [] };
  }

  private valueOf(
    entity: SourceSecretEntity,
    keys: readonly Buffer[],
    keysLater: () => readonly Buffer[],
  ): string | null {
    const text = entity.value ?? '';
    const value = this.values.get(keptAs(entity)) ?? decryptWithAny(text, entity, keys);
    if (value !== null || this.unopened.has(storedAs(entity))) return value;
    return decryptWithAny(text, entity, keysLater());
  }
}

/** With its owner: a row that was given to another source has to prove itself anew, and does not decrypt. */
function keptAs({ id, source, purpose }: SourceSecretEntity): string {
  return `${id} ${source} ${purpose}`;
}

function storedAs(entity: SourceSecretEntity): string {
  return `${keptAs(entity)} ${entity.value}`;
}
