import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** Which part of a list is asked for. */
export interface PageBounds {
  /** Inclusive. */
  readonly from?: Date | undefined;
  /** Exclusive. */
  readonly to?: Date | undefined;
  /** Only what is older than this id. */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** Some of what a list holds. */
export interface Page<T> {
  readonly items: T[];
  /** What to ask for the items {@link PageBounds.before}; null when there are none. */
  readonly next: string | null;
}

/** Reads a page, newest first: ids are UUID v7, so their order is the order of arrival, and a time is a bound on the id. */
export async function newestFirst<T extends ObjectLiteral & { readonly id: string }>(
  query: SelectQueryBuilder<T>,
  { from, to, before, limit }: PageBounds,
): Promise<Page<T>> {
  const id = `${query.alias}.id`;
  narrowToTimes(query, { from, to });
  if (before) query.andWhere(`${id} < :before`, { before });
  // One more, which tells whether there is another page.
  const found = await query
    .orderBy(id, 'DESC')
    .take(limit + 1)
    .getMany();
  const items = found.slice(0, limit);
  return { items, next: found.length > items.length ? (items.at(-1)?.id ?? null) : null };
}

/** Narrows a query of rows whose ids are UUID v7 to those that were made between two times. */
export function narrowToTimes<T extends ObjectLiteral & { readonly id: string }>(
  query: SelectQueryBuilder<T>,
  { from, to }: Pick<PageBounds, 'from' | 'to'>,
): SelectQueryBuilder<T> {
  if (from) query.andWhere(`${query.alias}.id >= :from`, { from: lowestId(from) });
  if (to) query.andWhere(`${query.alias}.id < :to`, { to: lowestId(to) });
  return query;
}

/** The lowest UUID v7 of a point in time. */
export function lowestId(time: Date): string {
  const hex = Math.max(0, time.getTime()).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-0000-0000-000000000000`;
}
