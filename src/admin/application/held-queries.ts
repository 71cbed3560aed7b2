import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../platform/clock.js';
import type { SqlRow } from '../../platform/database/sql-database.js';
import { type ClosedGate, GATE_REASONS } from '../../processing/domain/gate.js';
import { HOLD_REASONS, type HoldReason } from '../../processing/domain/hold.js';
import { SharedAnswer } from './shared-answer.js';

/** Counting what is held costs a walk over it: however many ask, it is done once in so many milliseconds. */
const COUNT_MS = 1000;
const LONGEST_COUNT_MS = 60_000;
const MOST_GATES = 1000;

const GATED = `reason IN (${GATE_REASONS.map((reason) => `'${reason}'`).join(', ')})`;
/** One that was let through has its hold until it is settled. */
const HELD_AT_GATE = `${GATED} AND due_at IS NULL`;

/** How many operations a gate holds. */
export interface HeldCount extends ClosedGate {
  readonly operations: number;
}

/** Counts operations that are held. */
@Injectable()
export class HeldQueries {
  private readonly gates: SharedAnswer<HeldCount[]>;
  private readonly reasons: SharedAnswer<Record<HoldReason, number>>;

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Clock) clock: Clock,
  ) {
    this.gates = new SharedAnswer(clock, COUNT_MS, LONGEST_COUNT_MS, () => this.countGates());
    this.reasons = new SharedAnswer(clock, COUNT_MS, COUNT_MS, () => this.countReasons());
  }

  /** By gate, the fullest first. */
  byGate(): Promise<HeldCount[]> {
    return this.gates.get();
  }

  /** At one gate, now: for the record of who lets them go. */
  async countAt({ reason, waitsFor }: ClosedGate): Promise<number> {
    const [row] = await this.dataSource.query<SqlRow[]>(
      'SELECT COUNT(*) AS operations FROM holds WHERE reason = ? AND waits_for = ? AND due_at IS NULL',
      [reason, waitsFor],
    );
    return Number(row?.['operations']);
  }

  byReason(): Promise<Record<HoldReason, number>> {
    return this.reasons.get();
  }

  private async countGates(): Promise<HeldCount[]> {
    const rows = await this.dataSource.query<SqlRow[]>(
      `SELECT reason, waits_for, COUNT(*) AS operations FROM holds WHERE ${HELD_AT_GATE}
       GROUP BY reason, waits_for ORDER BY operations DESC, waits_for LIMIT ${MOST_GATES}`,
    );
    return rows.map((row) => ({
      reason: row['reason'] as HeldCount['reason'],
      waitsFor: row['waits_for'] as string,
      operations: Number(row['operations']),
    }));
  }

  private async countReasons(): Promise<Record<HoldReason, number>> {
    const rows = await this.dataSource.query<SqlRow[]>(
      `SELECT reason, COUNT(*) AS operations FROM holds WHERE NOT (${GATED}) OR ${HELD_AT_GATE} GROUP BY reason`,
    );
    const found = rows.map((row) => [row['reason'] as HoldReason, Number(row['operations'])]);
    return {
      ...(Object.fromEntries(HOLD_REASONS.map((reason) => [reason, 0])) as Record<HoldReason, number>),
      ...(Object.fromEntries(found) as Partial<Record<HoldReason, number>>),
    };
  }
}
