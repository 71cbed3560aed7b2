import type { ColumnType, DataSource } from 'typeorm';

/** SQLite takes any type name, but TypeORM has to be told so. */
const MYSQL_TYPE_NAMES: ColumnType[] = ['longblob', 'longtext', 'binary', 'char'];

/** Has a DataSource on SQLite take entities and migrations that are written by MySQL's type names. */
export function takeMysqlTypeNames({ driver }: DataSource): void {
  driver.supportedDataTypes.push(...MYSQL_TYPE_NAMES);
  driver.withLengthColumnTypes.push('binary', 'char');
  driver.withPrecisionColumnTypes.push('datetime');
}
