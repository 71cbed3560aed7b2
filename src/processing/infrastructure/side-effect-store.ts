import { Inject, Injectable } from '@nestjs/common';
import type { JsonValue } from 'hookwell/handler-kit';
import { Clock } from '../../platform/clock.js';
import { SqlDatabase, toSqlTime } from '../../platform/database/sql-database.js';

/** One call of a handler to an outside service, made once for an event. */
export interface SideEffectKey {
  readonly eventId: string;
  readonly handler: string;
  readonly name: string;
}

/** Remembers the calls that have succeeded, apart from the handlers' transactions: what the outside did is not undone with them. */
@Injectable()
export class SideEffectStore {
  constructor(
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** The call's result; null where it has not succeeded yet. */
  async find({ eventId, handler, name }: SideEffectKey): Promise<{ readonly result: JsonValue } | null> {
    const [row] = await this.database.transaction((session) =>
      session.all('SELECT result FROM side_effects WHERE event_id = ? AND handler = ? AND name = ?', [
        eventId,
        handler,
        name,
      ]),
    );
    return row ? { result: JSON.parse(row['result'] as string) as JsonValue } : null;
  }

  /** Remembers a result. Where two workers have made the call, the first one's stays. */
  async remember({ eventId, handler, name }: SideEffectKey, result: JsonValue): Promise<void> {
    const { onTakenKey } = this.database.dialect;
    await this.database.transaction((session) =>
      session.run(
        `INSERT INTO side_effects (event_id, handler, name, result, succeeded_at) VALUES (?, ?, ?, ?, ?)
         ${onTakenKey('event_id, handler, name')} result = result`,
        [eventId, handler, name, JSON.stringify(result), toSqlTime(this.clock.now())],
      ),
    );
  }
}
