import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';

/**
 * Gives the row of a key to this transaction alone until it ends, after adding it where there is none. Two workers that handle
 * events of one entity then take turns, and the later one sees what the first has written. Works on MySQL, MariaDB and SQLite.
 * @param row the primary key, and what a new row begins with
 */
export async function lockRow<T extends ObjectLiteral>(
  manager: EntityManager,
  entity: EntityTarget<T>,
  row: T,
): Promise<T> {
  const { primaryColumns } = manager.dataSource.getMetadata(entity);
  const keyNames = primaryColumns.map(({ databaseName }) => databaseName);
  // Writing the key over itself changes nothing and takes the exclusive lock; INSERT IGNORE would take a shared one, and
  // two of those deadlock.
  await manager
    .createQueryBuilder()
    .insert()
    .into(entity)
    .values(row)
    .orUpdate(keyNames, keyNames)
    .updateEntity(false)
    .execute();
  const key = Object.fromEntries(
    primaryColumns.map(({ propertyName }) => [propertyName, row[propertyName] as unknown]),
  );
  // Said again in the read, so that it holds under any isolation. SQLite has one writer at a time and no such words.
  const isMysql = manager.dataSource.options.type === 'mysql';
  return manager.findOneOrFail(entity, {
    where: key as never,
    ...(isMysql ? { lock: { mode: 'pessimistic_write' } } : {}),
  });
}
