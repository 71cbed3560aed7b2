import type { SqlDialect, SqlSession } from '../../platform/database/sql-database.js';
import type { SourceEntity } from './source.entity.js';

/** What a source is, by its row. */
export type LockedSource = Pick<SourceEntity, 'name' | 'provider' | 'access' | 'custom'>;

/** A source, null where there is none. Until the transaction ends nobody else changes what it is, or adds a secret to it. */
export async function lockedSource(
  session: SqlSession,
  { lock }: SqlDialect,
  name: string,
): Promise<LockedSource | null> {
  const [row] = await session.all(
    `SELECT name, provider, access, custom FROM sources WHERE name = ? ${lock}`,
    [name],
  );
  return (row ?? null) as LockedSource | null;
}
