import 'reflect-metadata';
import { inspect } from 'node:util';
import type { EntityManager } from 'typeorm';
import { RejectEvent, RetryLater } from '../errors.js';
import type { EventHandler, JsonValue, WebhookEvent } from '../handler.js';
import { payloadOf } from '../payload.js';
import type { ProviderDefinition } from '../provider.js';
import { matchesType } from '../type-pattern.js';
import {
  DEFAULT_TIMEOUT_MS,
  WEBHOOK_HANDLER,
  type WebhookHandlerOptions,
} from '../webhook-handler.decorator.js';
import { BenchClock } from './bench-clock.js';
import { BenchContext, type LogLine } from './bench-context.js';
import { BenchDatabase, type BenchTables } from './bench-database.js';
import { BenchSideEffects, type SideEffectCall } from './bench-side-effects.js';
import { type SampleChanges, sampleEvent } from './sample-event.js';

/** The provider folder whose handlers are tested, and where they write. */
export interface BenchOptions extends BenchTables {
  readonly definition: ProviderDefinition;
  /** The provider's folder, in which `fixtures/` is: `import.meta.dirname` of a spec in it. */
  readonly folder: string;
  /** `mysql://…` of a server on which a database is made for the bench. Default: an SQLite file of its own. */
  readonly database?: string | undefined;
  /** Where the clock stands at first. Default: noon on 2026-01-31, UTC. */
  readonly now?: Date;
}

/** How a run begins. */
export interface RunOptions {
  /** Which try it is, from 1. Default 1. */
  readonly attempt?: number;
  /** Default false. */
  readonly replay?: boolean;
  /** Rolls everything back, and makes no call that is not remembered. Default false. */
  readonly dryRun?: boolean;
}

/** How a run ended. */
export type RunOutcome = 'SUCCEEDED' | 'ERRORED' | 'REJECTED' | 'LATER' | 'TIMED_OUT';

/** What came of one run of a handler. */
export interface HandlerRun {
  /** On SUCCEEDED the transaction was committed, else it was rolled back. */
  readonly outcome: RunOutcome;
  /** What would be kept as the operation's result; null where there is none. */
  readonly result: JsonValue;
  /** Why it did not succeed; null where it did. */
  readonly error: Error | null;
  /** On LATER, how long the handler has put itself off, in milliseconds; else null. */
  readonly delayMs: number | null;
  /** What it has called outside, in the order of the answers. */
  readonly sideEffects: readonly SideEffectCall[];
  readonly log: readonly LogLine[];
}

/** A handler: an instance, or its class where the constructor asks for nothing. */
export type HandlerOrClass = EventHandler<never> | (new () => EventHandler<never>);

/**
 * Runs handlers by themselves, as the pipeline would run them, on a real database, a clock that a test moves, and an outside that
 * answers by script. Needs no test framework.
 */
export class HandlerBench {
  readonly clock: BenchClock;
  readonly sideEffects = new BenchSideEffects();

  private constructor(
    private readonly options: BenchOptions,
    private readonly database: BenchDatabase,
  ) {
    this.clock = new BenchClock(options.now ?? new Date('2026-01-31T12:00:00.000Z'));
  }

  /** Makes a database and brings its schema up to date. */
  static async open(options: BenchOptions): Promise<HandlerBench> {
    const { database: url, entities, migrations } = options;
    const tables = { entities, migrations };
    const database = await (url === undefined
      ? BenchDatabase.sqlite(tables)
      : BenchDatabase.mysql(url, tables));
    return new HandlerBench(options, database);
  }

  /** To look at the tables, and to prepare them; sees what runs have committed. */
  get manager(): EntityManager {
    return this.database.manager;
  }

  /** A fresh delivery of a sample of the folder, received now by the bench's clock. */
  event(type: string, changes: SampleChanges = {}): WebhookEvent {
    return sampleEvent(this.options, type, this.clock.now(), changes);
  }

  /**
   * Runs a handler once. Never waits for time to pass: a handler that hangs does so until the clock is moved past its timeout.
   * @throws Error where the pipeline would not give the event to the handler
   */
  async run(handler: HandlerOrClass, event: WebhookEvent, options: RunOptions = {}): Promise<HandlerRun> {
    const instance = typeof handler === 'function' ? new handler() : handler;
    const rules = rulesOf(instance, event);
    const abort = new AbortController();
    const context = this.contextOf(instance, rules, event, options, abort.signal);
    const work = async (): Promise<JsonValue | undefined> => {
      const { payload: shape } = rules;
      const given = shape ? { ...event, payload: payloadOf(shape, event) } : event;
      return instance.handle(given as WebhookEvent<never>, context);
    };
    const seen = { sideEffects: context.calls, log: context.log };
    try {
      const returned = await this.withinTime(rules.timeoutMs ?? DEFAULT_TIMEOUT_MS, abort, work);
      await context.end(context.dryRun ? 'ROLLBACK' : 'COMMIT');
      return { outcome: 'SUCCEEDED', result: asKept(returned), error: null, delayMs: null, ...seen };
    } catch (thrown) {
      await context.end('ROLLBACK');
      const outcome = abort.signal.aborted ? 'TIMED_OUT' : outcomeOf(thrown);
      const delayMs = thrown instanceof RetryLater ? thrown.delayMs : null;
      return { outcome, result: null, error: asError(thrown), delayMs, ...seen };
    }
  }

  /** Takes the database away. */
  async close(): Promise<void> {
    await this.database.close();
  }

  private contextOf(
    handler: EventHandler<never>,
    { transaction = true }: WebhookHandlerOptions,
    event: WebhookEvent,
    { attempt = 1, replay = false, dryRun = false }: RunOptions,
    signal: AbortSignal,
  ): BenchContext {
    return new BenchContext({
      handler: handler.constructor.name,
      event,
      attempt,
      replay,
      dryRun,
      mayWrite: transaction,
      signal,
      database: this.database,
      outside: this.sideEffects,
    });
  }

  private async withinTime<T>(
    milliseconds: number,
    abort: AbortController,
    work: () => Promise<T>,
  ): Promise<T> {
    const timeIsOver = new Promise<never>((_, reject) => {
      abort.signal.addEventListener('abort', () => {
        reject(abort.signal.reason as Error);
      });
    });
    const stop = this.clock.alarm(milliseconds, () => {
      abort.abort(new DOMException(`no result within ${milliseconds} ms`, 'TimeoutError'));
    });
    return Promise.race([work(), timeIsOver]).finally(stop);
  }
}

function rulesOf(handler: EventHandler<never>, { provider, type }: WebhookEvent): WebhookHandlerOptions {
  const { name } = handler.constructor;
  const options = Reflect.getMetadata(WEBHOOK_HANDLER, handler.constructor) as
    WebhookHandlerOptions | undefined;
  if (!options) throw new Error(`${name} is no handler; decorate it with @WebhookHandler`);
  if (options.provider !== provider || !options.types.some((pattern) => matchesType(pattern, type)))
    throw new Error(
      `${name} takes ${options.types.join(', ')} of ${options.provider}, and not ${type} of ${provider}`,
    );
  return options;
}

/** A result is kept as JSON. */
function asKept(returned: JsonValue | undefined): JsonValue {
  return returned === undefined ? null : (JSON.parse(JSON.stringify(returned)) as JsonValue);
}

function outcomeOf(thrown: unknown): RunOutcome {
  if (thrown instanceof RejectEvent) return 'REJECTED';
  return thrown instanceof RetryLater ? 'LATER' : 'ERRORED';
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(inspect(thrown));
}
