import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../../platform/clock.js';
import { fromSqlTime, SqlDatabase, toSqlTime } from '../../../platform/database/sql-database.js';
import type { GateKind } from '../../domain/gate.js';
import type { Limit } from '../../domain/limit.js';
import { BreakerEntity } from './breaker.entity.js';
import { LimitEntity } from './limit.entity.js';
import { PauseEntity } from './pause.entity.js';

/** All that steers processing. */
export interface SteeringRows {
  readonly pauses: readonly PauseEntity[];
  readonly limits: readonly LimitEntity[];
  readonly breakers: readonly BreakerEntity[];
}

/** Pauses and limits as people set them, and everything as workers read it. */
@Injectable()
export class SteeringStore {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  async read(): Promise<SteeringRows> {
    const order = { kind: 'ASC', name: 'ASC' } as const;
    const [pauses, limits, breakers] = await Promise.all([
      this.dataSource.getRepository(PauseEntity).find({ order }),
      this.dataSource.getRepository(LimitEntity).find({ order }),
      this.dataSource.getRepository(BreakerEntity).find(),
    ]);
    return { pauses, limits, breakers };
  }

  /** What is paused already has been since then, and is now for the new reason. */
  async pause(kind: GateKind, name: string, reason: string): Promise<PauseEntity> {
    const { onTakenKey, inserted } = this.database.dialect;
    return this.database.transaction(async (session) => {
      await session.run(
        `INSERT INTO pauses (kind, name, reason, paused_at) VALUES (?, ?, ?, ?)
         ${onTakenKey('kind, name')} reason = ${inserted('reason')}`,
        [kind, name, reason, toSqlTime(this.clock.now())],
      );
      const [row] = await session.all('SELECT paused_at FROM pauses WHERE kind = ? AND name = ?', [
        kind,
        name,
      ]);
      return { kind, name, reason, pausedAt: fromSqlTime(row?.['paused_at']) ?? this.clock.now() };
    });
  }

  async resume(kind: GateKind, name: string): Promise<void> {
    await this.database.transaction((session) =>
      session.run('DELETE FROM pauses WHERE kind = ? AND name = ?', [kind, name]),
    );
  }

  async setLimit(kind: GateKind, name: string, { concurrency, ratePerSecond }: Limit): Promise<void> {
    const { onTakenKey, inserted } = this.database.dialect;
    await this.database.transaction((session) =>
      session.run(
        `INSERT INTO limits (kind, name, concurrency, rate_per_second) VALUES (?, ?, ?, ?)
         ${onTakenKey('kind, name')} concurrency = ${inserted('concurrency')}, rate_per_second = ${inserted('rate_per_second')}`,
        [kind, name, concurrency, ratePerSecond],
      ),
    );
  }

  async removeLimit(kind: GateKind, name: string): Promise<void> {
    await this.database.transaction((session) =>
      session.run('DELETE FROM limits WHERE kind = ? AND name = ?', [kind, name]),
    );
  }
}
