import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { v7 as uuidV7 } from 'uuid';
import { Clock } from '../../platform/clock.js';
import { newestFirst, type Page, type PageBounds } from '../../platform/database/page.js';
import { SqlDatabase, type SqlValue, toSqlTime } from '../../platform/database/sql-database.js';
import { AuditEntry, type CommandBegun, type CommandEnded } from '../domain/audit-entry.js';
import { AuditLogEntity } from '../infrastructure/audit-log.entity.js';

const TARGET_CHARACTERS = 255;
const ERROR_CHARACTERS = 1000;

/** What the audit is narrowed by. */
export interface AuditFilter extends PageBounds {
  readonly keyId?: string | undefined;
  readonly command?: string | undefined;
}

/** The record of all admin commands, of which none runs unrecorded. */
@Injectable()
export class AuditLog {
  /** Keeps the commands of one millisecond in their order. */
  private begun = 0;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Writes a command down, PENDING; resolves once that is committed. Where it rejects, the command must not run. */
  async begin(command: CommandBegun): Promise<AuditEntry> {
    const at = this.clock.now();
    const id = uuidV7({ msecs: at.getTime(), seq: (this.begun += 1) });
    const { keyId, command: name, target, details } = command;
    await this.write(
      `INSERT INTO audit_log (id, at, key_id, command, target, details, outcome)
       VALUES (?, ?, ?, ?, ?, ?, 'PENDING')`,
      [id, toSqlTime(at), keyId, name, storable(target), JSON.stringify(details)],
    );
    return new AuditEntry(id, command);
  }

  /** Completes a command's entry. */
  async end(id: string, { outcome, affected, target, details, error }: CommandEnded): Promise<void> {
    await this.write(
      'UPDATE audit_log SET outcome = ?, affected = ?, target = ?, details = ?, error = ? WHERE id = ?',
      [
        outcome,
        affected,
        storable(target),
        JSON.stringify(details),
        error?.slice(0, ERROR_CHARACTERS) ?? null,
        id,
      ],
    );
  }

  /** Newest first. */
  list(filter: AuditFilter): Promise<Page<AuditLogEntity>> {
    const query = this.dataSource.getRepository(AuditLogEntity).createQueryBuilder('entry');
    if (filter.keyId) query.andWhere('entry.keyId = :keyId', { keyId: filter.keyId });
    if (filter.command) query.andWhere('entry.command = :command', { command: filter.command });
    return newestFirst(query, filter);
  }

  private async write(sql: string, parameters: readonly SqlValue[]): Promise<void> {
    await this.database.transaction((session) => session.run(sql, parameters));
  }
}

function storable(target: string | null): string | null {
  return target?.slice(0, TARGET_CHARACTERS) ?? null;
}
