import type { EntityManager } from 'typeorm';
import type { HandlerContext, HandlerLogger, JsonValue, WebhookEvent } from '../handler.js';
import type { BenchDatabase, BenchTransaction } from './bench-database.js';
import type { BenchSideEffects, SideEffectCall } from './bench-side-effects.js';

const LONGEST_KEY = 128;

/** A line that a handler has logged. */
export interface LogLine {
  readonly level: keyof HandlerLogger;
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** What a run is made of. */
export interface BenchContextParts {
  readonly handler: string;
  readonly event: WebhookEvent;
  readonly attempt: number;
  readonly replay: boolean;
  readonly dryRun: boolean;
  readonly mayWrite: boolean;
  readonly signal: AbortSignal;
  readonly database: Pick<BenchDatabase, 'begin'>;
  readonly outside: BenchSideEffects;
}

/** What a handler gets for one run: as in the pipeline, and with a record of what it does. */
export class BenchContext implements HandlerContext {
  readonly attempt: number;
  readonly replay: boolean;
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
  readonly logger: HandlerLogger;
  readonly log: LogLine[] = [];
  readonly calls: SideEffectCall[] = [];
  private opening: Promise<BenchTransaction> | undefined;
  private ended = false;

  constructor(private readonly parts: BenchContextParts) {
    ({ attempt: this.attempt, replay: this.replay, dryRun: this.dryRun, signal: this.signal } = parts);
    const line =
      (level: keyof HandlerLogger) =>
      (message: string, fields: LogLine['fields'] = {}): void => {
        this.log.push({ level, message, fields });
      };
    this.logger = { debug: line('debug'), log: line('log'), warn: line('warn'), error: line('error') };
  }

  async transaction(): Promise<EntityManager> {
    const { handler, mayWrite, signal, database } = this.parts;
    if (!mayWrite)
      throw new Error(`${handler} is declared with transaction: false; take that away to write here`);
    signal.throwIfAborted();
    if (this.ended) throw new Error('the attempt has ended; await everything that needs its transaction');
    this.opening ??= database.begin();
    return (await this.opening).manager;
  }

  async sideEffect<T extends JsonValue>(key: string, call: () => Promise<T>): Promise<T> {
    const { handler, event, signal, outside } = this.parts;
    if (key === '' || key.length > LONGEST_KEY)
      throw new Error(`the key of a side effect must have 1 to ${LONGEST_KEY} characters`);
    if (this.opening)
      throw new Error(
        `side effect ${key} must come before context.transaction(), whose rollback would not undo it`,
      );
    signal.throwIfAborted();
    const known = outside.remembered(event.id, handler, key);
    if (known !== undefined) {
      this.calls.push({ key, remembered: true, outcome: 'SUCCEEDED' });
      return JSON.parse(known) as T;
    }
    if (this.dryRun) throw new Error(`a dry run does not make the call ${key}`);
    const result = await this.recorded(key, call);
    // Also where the time is over by now: it has happened.
    outside.remember(event.id, handler, key, result);
    return result;
  }

  /** Ends the transaction, where there is one; there will be none any more. */
  async end(statement: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    this.ended = true;
    const { opening } = this;
    this.opening = undefined;
    await (await opening)?.end(statement);
  }

  private async recorded<T extends JsonValue>(key: string, call: () => Promise<T>): Promise<T> {
    try {
      const result = (await this.parts.outside.call(key, call)) as T;
      this.calls.push({ key, remembered: false, outcome: 'SUCCEEDED' });
      return result;
    } catch (error) {
      this.calls.push({ key, remembered: false, outcome: 'ERRORED' });
      throw error;
    }
  }
}
