import type { QueryResult, QueryRunner } from 'typeorm';

/** How many rows of a table were inserted, updated or deleted. */
export interface TableChange {
  readonly table: string;
  readonly rows: number;
}

/** A statement whose effect would outlive a rollback. */
export class IrrevocableStatementError extends Error {
  override readonly name = 'IrrevocableStatementError';
}

/** Everything else may end the transaction on MySQL, or change what a rollback does not bring back. */
const REVOCABLE =
  /^(SELECT|WITH|VALUES|SHOW|DESCRIBE|DESC|EXPLAIN|INSERT|REPLACE|UPDATE|DELETE|SAVEPOINT|RELEASE|ROLLBACK\s+TO)\b/i;
/** A comment that MySQL carries out is none. */
const LEADING_COMMENTS = /^(?:\s+|\/\*(?!M?!)[\s\S]*?\*\/|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$))+/;
const NAME = '((?:(?:`[^`]+`|"[^"]+"|[\\w$]+)\\s*\\.\\s*)?(?:`[^`]+`|"[^"]+"|[\\w$]+))';
const MODIFIERS = '(?:(?:LOW_PRIORITY|HIGH_PRIORITY|DELAYED|QUICK|IGNORE|OR\\s+\\w+)\\s+)*';
const CHANGE = new RegExp(
  `\\b(?:(?:INSERT|REPLACE)\\s+${MODIFIERS}(?:INTO\\s+)?|UPDATE\\s+${MODIFIERS}|DELETE\\s+${MODIFIERS}FROM\\s+)${NAME}`,
  'i',
);
const REPEATS_COUNT_TWICE = /\bON\s+DUPLICATE\s+KEY\b|^REPLACE\b/i;
const SAVEPOINT = /^(SAVEPOINT|ROLLBACK\s+TO(?:\s+SAVEPOINT)?)\s+[`"]?([\w$]+)/i;

/**
 * Counts the rows that go through a transaction, by table, as its driver tells them: an update counts every row that it was carried out
 * on, also where a value stayed the same. What triggers change is not seen. Lets nothing through that a rollback would not undo.
 */
export class ChangedRows {
  private byTable = new Map<string, number>();
  private readonly savepoints = new Map<string, Map<string, number>>();

  get tables(): TableChange[] {
    return [...this.byTable].map(([table, rows]) => ({ table, rows }));
  }

  /** Has all statements of a runner counted from now on; those that are not let through reject with {@link IrrevocableStatementError}. */
  watch(runner: QueryRunner): void {
    const query = runner.query.bind(runner) as (
      sql: string,
      parameters: unknown,
      structured: true,
    ) => Promise<QueryResult>;
    Object.assign(runner, {
      query: async (sql: string, parameters?: unknown, structured = false): Promise<unknown> => {
        const statement = sql.replace(LEADING_COMMENTS, '');
        if (!REVOCABLE.test(statement)) {
          const verb = /^\w+/.exec(statement)?.[0] ?? 'this statement';
          throw new IrrevocableStatementError(`a dry run cannot undo ${verb}, so it does not run it`);
        }
        const result = await query(sql, parameters, true);
        this.note(statement, result);
        return structured ? result : (result.raw as unknown);
      },
    });
  }

  private note(statement: string, result: QueryResult): void {
    const [, verb, savepoint] = SAVEPOINT.exec(statement) ?? [];
    if (verb !== undefined && savepoint !== undefined) this.mark(verb, savepoint);
    const table = CHANGE.exec(statement)?.[1];
    const rows = rowsOf(statement, result);
    if (table === undefined || rows === 0) return;
    const name = (table.split('.').at(-1) ?? table).trim().replace(/^[`"]|[`"]$/g, '');
    this.byTable.set(name, (this.byTable.get(name) ?? 0) + rows);
  }

  /** What is rolled back to a savepoint was not changed after all. */
  private mark(verb: string, savepoint: string): void {
    if (/^SAVEPOINT$/i.test(verb)) this.savepoints.set(savepoint, new Map(this.byTable));
    else this.byTable = new Map(this.savepoints.get(savepoint));
  }
}

function rowsOf(statement: string, { affected, raw, records }: QueryResult): number {
  if (affected === undefined) {
    // With RETURNING the rows come back; a SELECT's are no change.
    return /^(INSERT|REPLACE|UPDATE|DELETE)\b/i.test(statement) ? records.length : 0;
  }
  const { info } = (raw ?? {}) as { info?: string };
  if (info === undefined || !REPEATS_COUNT_TWICE.test(statement)) return affected;
  // MySQL counts a row twice that was there already; of several rows it says how many they were.
  const several = /Records: (\d+)/.exec(info)?.[1];
  return several === undefined ? Math.min(1, affected) : Number(several);
}
