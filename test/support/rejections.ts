import type { Hookwell } from './hookwell.js';

/** A refused request as `GET /sources/{name}/rejections` shows it. */
export interface RejectionView {
  readonly id: string;
  readonly time: string;
  readonly reason: string;
  readonly detail: string;
  readonly remoteAddress: string | null;
  readonly headerNames: readonly string[];
  readonly size: number | null;
}

export interface RejectionList {
  readonly rejections: readonly RejectionView[];
  readonly nextCursor: string | null;
}

/** A page of a source's refused requests. */
export async function listRejections(hookwell: Hookwell, source: string, query = ''): Promise<RejectionList> {
  const response = await hookwell.admin(`/sources/${source}/rejections?${query}`);
  if (!response.ok) throw new Error(`rejections not listed: ${await response.text()}`);
  return (await response.json()) as RejectionList;
}

/** The newest of them, up to 200. */
export async function rejectionsOf(hookwell: Hookwell, source: string): Promise<readonly RejectionView[]> {
  return (await listRejections(hookwell, source, 'limit=200')).rejections;
}
