import { randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../../platform/clock.js';
import { SqlDatabase, type SqlValue, toSqlTime } from '../../../platform/database/sql-database.js';

/** An operation that was let through a breaker to show whether its handler works again. */
export interface Probe {
  readonly handler: string;
  readonly id: string;
}

/** Breakers that have been tripped, one for each handler in all workers. What a lost probe has to say changes nothing. */
@Injectable()
export class BreakerStore {
  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Trips a breaker; false where it is tripped already. */
  async trip(handler: string, openMs: number): Promise<boolean> {
    try {
      await this.run(
        `INSERT INTO breakers (handler, state, opened_at, retry_at) VALUES (?, 'OPEN', ?, ?)`,
        handler,
        this.in(0),
        this.in(openMs),
      );
      return true;
    } catch (error) {
      // The key decides between workers that trip it at the same time.
      if (!this.database.isFaultOfData(error)) throw error;
      return false;
    }
  }

  /**
   * Lets one operation through where it is time for it, and counts it as lost after its lease; null where it is not time or another
   * was let through.
   */
  async probe(handler: string, leaseMs: number): Promise<Probe | null> {
    const id = randomUUID();
    const changed = await this.run(
      `UPDATE breakers SET state = 'HALF_OPEN', probe = ?, retry_at = ? WHERE handler = ? AND retry_at <= ?`,
      id,
      this.in(leaseMs),
      handler,
      this.in(0),
    );
    return changed === 1 ? { handler, id } : null;
  }

  /** The handler works again. */
  close({ handler, id }: Probe): Promise<boolean> {
    return this.changes('DELETE FROM breakers WHERE handler = ? AND probe = ?', handler, id);
  }

  /** The handler still fails. */
  reopen({ handler, id }: Probe, openMs: number): Promise<boolean> {
    return this.changes(
      `UPDATE breakers SET state = 'OPEN', probe = NULL, opened_at = ?, retry_at = ? WHERE handler = ? AND probe = ?`,
      this.in(0),
      this.in(openMs),
      handler,
      id,
    );
  }

  /** The probe has come to nothing; another one may try at once. */
  giveBack({ handler, id }: Probe): Promise<boolean> {
    return this.changes(
      `UPDATE breakers SET state = 'OPEN', probe = NULL, retry_at = ? WHERE handler = ? AND probe = ?`,
      this.in(0),
      handler,
      id,
    );
  }

  private in(milliseconds: number): string {
    return toSqlTime(new Date(this.clock.now().getTime() + milliseconds));
  }

  private async changes(sql: string, ...parameters: readonly SqlValue[]): Promise<boolean> {
    return (await this.run(sql, ...parameters)) === 1;
  }

  private run(sql: string, ...parameters: readonly SqlValue[]): Promise<number> {
    return this.database.transaction((session) => session.run(sql, parameters));
  }
}
