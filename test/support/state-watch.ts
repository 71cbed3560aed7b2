import type { DatabaseReader } from './database-reader.js';
import { type Change, type Observed, observeOperations } from './observed-operations.js';
import { edge, type Facts, NOWHERE, readStateMachines, type StateMachine } from './state-document.js';

/** What states are read from, by table. */
const WATCHED: Readonly<Record<string, readonly string[]>> = {
  events: [
    ...['id', 'status', 'holder', 'due_at', 'processed_at', 'failed_at', 'discarded_at'],
    ...['run', 'replay_scope', 'unhandled'],
  ],
  attempts: ['event_id', 'run', 'handler', 'attempt', 'outcome', 'retry_at'],
  holds: ['event_id', 'handler', 'reason'],
  lanes: ['id', 'source', 'ordering_key', 'holder', 'due_at'],
  breakers: ['handler', 'state', 'probe'],
};

/** What is read from one table of its own. */
export type Watched = 'Event' | 'Lane' | 'Breaker';

/** How a machine's state is read from its own table. */
interface Reading {
  readonly table: string;
  readonly columns: readonly string[];
  readonly key: (row: Facts) => string;
  /** The state of what has no row. */
  readonly absent: string;
}

const READINGS: Readonly<Record<Watched, Reading>> = {
  Event: {
    table: 'events',
    columns: ['status', 'holder', 'due_at', 'processed_at', 'failed_at', 'discarded_at'],
    key: (row) => String(row['id']),
    absent: NOWHERE,
  },
  Lane: {
    table: 'lanes',
    columns: ['holder', 'due_at'],
    key: (row) => `${String(row['source'])} ${String(row['ordering_key'])}`,
    absent: NOWHERE,
  },
  Breaker: {
    table: 'breakers',
    columns: ['state', 'probe'],
    key: (row) => String(row['handler']),
    absent: 'CLOSED',
  },
};

/**
 * Writes down, by triggers of the database itself, every change of the rows that states are read from, whoever makes it, and says which
 * transitions these were by the document's own tables.
 */
export class StateWatch {
  private constructor(
    private readonly read: DatabaseReader,
    private readonly machines: ReadonlyMap<string, StateMachine>,
  ) {}

  /** @param isMysql else it is SQLite */
  static async begin(read: DatabaseReader, isMysql: boolean): Promise<StateWatch> {
    await read(
      `CREATE TABLE watched (seq INTEGER PRIMARY KEY ${isMysql ? 'AUTO_INCREMENT' : ''}, name VARCHAR(16), was TEXT, became TEXT)`,
    );
    for (const [table, columns] of Object.entries(WATCHED)) {
      const row = (of: string): string =>
        `JSON_OBJECT(${columns.map((column) => `'${column}', ${of}.${column}`).join(', ')})`;
      const images = {
        INSERT: ['NULL', row('NEW')],
        UPDATE: [row('OLD'), row('NEW')],
        DELETE: [row('OLD'), 'NULL'],
      };
      for (const [action, values] of Object.entries(images)) {
        await read(
          `CREATE TRIGGER watched_${table}_${action} AFTER ${action} ON ${table} FOR EACH ROW
           BEGIN INSERT INTO watched (name, was, became) VALUES ('${table}', ${values.join(', ')}); END`,
        );
      }
    }
    return new StateWatch(read, readStateMachines());
  }

  /** What has been seen so far of events, lanes (whose keys are `source key`) or breakers. */
  async observed(name: Watched): Promise<Observed> {
    const { table, key, columns, absent } = READINGS[name];
    const stateOf = (row: Facts | null): string =>
      row
        ? this.machine(name).stateOf(
            Object.fromEntries(columns.map((column) => [column, row[column] ?? null])),
          )
        : absent;
    const edges = new Map<string, string>();
    const now = new Map<string, string>();
    for (const change of await this.changes()) {
      if (change.table !== table) continue;
      const row = key((change.became ?? change.was) as Facts);
      const [from, to] = [stateOf(change.was), stateOf(change.became)];
      if (from !== to && !edges.has(edge(from, to))) edges.set(edge(from, to), row);
      now.set(row, to);
    }
    return { edges, now };
  }

  /** What has been seen so far of operations; their keys are `event handler`. */
  async operations(): Promise<Observed> {
    return observeOperations(await this.changes(), this.machine('Operation'));
  }

  machine(name: string): StateMachine {
    const machine = this.machines.get(name);
    if (!machine) throw new Error(`the document has no ${name}`);
    return machine;
  }

  private async changes(): Promise<Change[]> {
    const rows = await this.read<{ name: string; was: string | null; became: string | null }>(
      'SELECT name, was, became FROM watched ORDER BY seq',
    );
    return rows.map(({ name, was, became }) => ({
      table: name,
      was: parse(was),
      became: parse(became),
    }));
  }
}

function parse(json: string | null): Facts | null {
  return json === null ? null : (JSON.parse(json) as Facts);
}
