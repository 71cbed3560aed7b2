import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { newestFirst, type Page, type PageBounds } from '../../platform/database/page.js';
import {
  rowPlaceholders,
  SqlDatabase,
  type SqlSession,
  toSqlTime,
} from '../../platform/database/sql-database.js';
import type { Rejection } from '../domain/rejection.js';
import { SourceRejectionEntity } from './source-rejection.entity.js';

/** Rows of one statement; the rest of a batch goes by powers of two, each of which is a text that the server keeps prepared. */
const ROWS = 64;
const COLUMNS = ['source', 'id', 'at', 'reason', 'detail', 'remote_address', 'header_names', 'size'] as const;

/** Keeps the newest rejections of each source. */
@Injectable()
export class RejectionStore {
  private readonly kept: number;
  /** Keeps the rejections of one millisecond in their order. */
  private written = 0;

  constructor(
    @Inject(APP_CONFIG) { REJECTIONS_KEPT }: Pick<AppConfig, 'REJECTIONS_KEPT'>,
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
  ) {
    this.kept = REJECTIONS_KEPT;
  }

  /**
   * Writes rejections down.
   * @param bySource oldest first
   */
  async add(bySource: ReadonlyMap<string, readonly Rejection[]>): Promise<void> {
    await this.database.transaction(async (session) => {
      for (const [source, rejections] of bySource) await this.insert(session, source, rejections);
    });
  }

  /**
   * Deletes what is not among its source's newest. Not with {@link add} in one transaction: of two processes that write at the same
   * time, the later one has to see what both have written.
   */
  async prune(sources: Iterable<string>): Promise<void> {
    await this.database.transaction(async (session) => {
      // In one order, so that two processes cannot wait for each other.
      for (const source of [...sources].sort()) await this.pruneSource(session, source);
    });
  }

  /** Newest first. */
  list(source: string, bounds: PageBounds): Promise<Page<SourceRejectionEntity>> {
    const query = this.dataSource
      .getRepository(SourceRejectionEntity)
      .createQueryBuilder('rejection')
      .where('rejection.source = :source', { source });
    return newestFirst(query, bounds);
  }

  private async insert(session: SqlSession, source: string, rejections: readonly Rejection[]): Promise<void> {
    for (let begin = 0; begin < rejections.length;) {
      const rows = Math.min(ROWS, 2 ** Math.floor(Math.log2(rejections.length - begin)));
      await session.run(
        `INSERT INTO source_rejections (${COLUMNS.join(', ')}) VALUES ${rowPlaceholders(rows, COLUMNS.length)}`,
        rejections.slice(begin, begin + rows).flatMap((rejection) => this.values(source, rejection)),
      );
      begin += rows;
    }
  }

  private values(source: string, rejection: Rejection): (string | number | null)[] {
    const { at, reason, detail, remoteAddress, headerNames, size } = rejection;
    const id = uuidV7({ msecs: at.getTime(), seq: (this.written += 1) });
    return [source, id, toSqlTime(at), reason, detail, remoteAddress, headerNames, size];
  }

  private async pruneSource(session: SqlSession, source: string): Promise<void> {
    const [newestToGo] = await session.all(
      `SELECT id FROM source_rejections WHERE source = ? ORDER BY id DESC LIMIT 1 OFFSET ${this.kept}`,
      [source],
    );
    if (!newestToGo) return;
    await session.run(
      `${this.database.dialect.deleteByKey('source_rejections')} WHERE source = ? AND id <= ?`,
      [source, newestToGo['id'] as string],
    );
  }
}
