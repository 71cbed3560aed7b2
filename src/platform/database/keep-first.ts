import type { DataSource } from 'typeorm';
import { SettingEntity } from './setting.entity.js';

/** Keeps a setting where there is none of that name yet, and gives the one that is kept: of several processes one comes first. */
export async function keepFirst(dataSource: DataSource, name: string, value: string): Promise<string> {
  const settings = dataSource.getRepository(SettingEntity);
  // SQLite would want to write also where it then does not, and another process may be writing.
  const first = await settings.findOneBy({ name });
  if (first) return first.value;
  await settings.createQueryBuilder().insert().values({ name, value }).orIgnore().execute();
  const kept = await settings.findOneByOrFail({ name });
  return kept.value;
}
