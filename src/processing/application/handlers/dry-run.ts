import { Inject, Injectable } from '@nestjs/common';
import { parsePayload, RetryLater, type WebhookEvent } from 'hookwell/handler-kit';
import type { ReplayScope } from '../../../ingestion/domain/event-status.js';
import { Clock } from '../../../platform/clock.js';
import { ChangedRows, type TableChange } from '../../../platform/database/changed-rows.js';
import { SqlDatabase } from '../../../platform/database/sql-database.js';
import { errorText } from '../../../platform/error-text.js';
import { ProviderCatalog } from '../../../providers/provider-catalog.js';
import type { AttemptOutcome } from '../../domain/attempt.js';
import { standingOf } from '../../domain/operations.js';
import { ReplayedEvents } from '../../infrastructure/replayed-events.js';
import { SideEffectStore } from '../../infrastructure/side-effect-store.js';
import { callHandler, outcomeOfError } from './handler-call.js';
import { handlerContext, WouldCallError } from './handler-context.js';
import { HandlerRegistry, type RegisteredHandler } from './handler-registry.js';
import { OperationTransaction } from './operation-transaction.js';

/** Each may hold locks for as long as its handlers' timeouts. */
const MOST_AT_ONCE = 2;

/** What an operation would come to; LATER: it would put itself off; WOULD_CALL: it has come to a call that a dry run does not make. */
export const DRY_RUN_OUTCOMES = [
  'SUCCEEDED',
  'ERRORED',
  'REJECTED',
  'TIMED_OUT',
  'LATER',
  'WOULD_CALL',
  'NOT_RUN',
] as const satisfies readonly (AttemptOutcome | 'LATER' | 'WOULD_CALL' | 'NOT_RUN')[];
export type DryRunOutcome = (typeof DRY_RUN_OUTCOMES)[number];

/** What one handler would do. */
export interface DryOperation {
  readonly handler: string;
  readonly outcome: DryRunOutcome;
  /** JSON. */
  readonly result: string | null;
  /** The error with its stack; why it was not run; why it would put itself off. */
  readonly error: string | null;
  /** The key of the call that was not made. */
  readonly sideEffect: string | null;
  readonly rowsChanged: readonly TableChange[];
  readonly durationMs: number;
}

/** What a replay would do. */
export interface DryRunReport {
  readonly malformed: boolean;
  readonly operations: readonly DryOperation[];
}

/** As many dry runs as may be are under way. */
export class DryRunsBusyError extends Error {
  override readonly name = 'DryRunsBusyError';
}

/** This process lacks the event's provider folder. */
export class UnknownProviderError extends Error {
  override readonly name = 'UnknownProviderError';
}

/**
 * Runs an event's handlers as a replay would, one after the other and each in a transaction that is rolled back. Nothing is stored, and no
 * call to an outside is made through the context. In the process that is asked, whatever its role.
 */
@Injectable()
export class DryRun {
  private underWay = 0;

  constructor(
    @Inject(HandlerRegistry) private readonly registry: HandlerRegistry,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
    @Inject(ReplayedEvents) private readonly events: ReplayedEvents,
    @Inject(SideEffectStore) private readonly sideEffects: SideEffectStore,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /**
   * Null where there is no such event.
   * @throws DryRunsBusyError when too many are under way here
   * @throws UnknownProviderError when nobody here can know its handlers
   */
  async execute(eventId: string, scope: ReplayScope): Promise<DryRunReport | null> {
    if (this.underWay >= MOST_AT_ONCE) throw new DryRunsBusyError();
    this.underWay += 1;
    try {
      return await this.report(eventId, scope);
    } finally {
      this.underWay -= 1;
    }
  }

  private async report(eventId: string, scope: ReplayScope): Promise<DryRunReport | null> {
    const replayed = await this.events.read(eventId, scope);
    if (!replayed) return null;
    const { provider, type } = replayed.event;
    if (!this.catalog.knows(provider)) throw new UnknownProviderError(provider);
    const payload = parsePayload(replayed.event.headers, replayed.body);
    if (payload === undefined) return { malformed: true, operations: [] };
    const event: WebhookEvent = { ...replayed.event, rawBody: replayed.body, payload };
    const operations: DryOperation[] = [];
    for (const registered of this.registry.for(provider, type)) {
      const reason = whyNotRun(registered, standingOf(registered.name, replayed).ended);
      operations.push(
        reason === null
          ? await this.run(registered, event)
          : { ...nothing(registered.name), outcome: 'NOT_RUN', error: reason },
      );
    }
    return { malformed: false, operations };
  }

  private async run(registered: RegisteredHandler, event: WebhookEvent): Promise<DryOperation> {
    const startedAt = this.clock.now().getTime();
    const changes = new ChangedRows();
    const abort = new AbortController();
    const transaction = new OperationTransaction(this.watched(changes), abort);
    const { sideEffects } = this;
    const parts = {
      registered,
      event,
      attempt: 1,
      replay: true,
      signal: abort.signal,
      transaction,
      sideEffects,
    };
    const ended = await callHandler(registered, event, handlerContext(parts, true), abort)
      .then((result) => ({ outcome: 'SUCCEEDED' as const, result }), describeError)
      .finally(() => transaction.rollback());
    return {
      ...nothing(registered.name),
      ...ended,
      rowsChanged: changes.tables,
      durationMs: this.clock.now().getTime() - startedAt,
    };
  }

  /** The database, with all that goes through a transaction counted. */
  private watched(changes: ChangedRows): Pick<SqlDatabase, 'open' | 'longestTransactionMs'> {
    return {
      longestTransactionMs: this.database.longestTransactionMs,
      open: async () => {
        const transaction = await this.database.open();
        const { queryRunner } = transaction.manager;
        if (queryRunner) changes.watch(queryRunner);
        return transaction;
      },
    };
  }
}

function whyNotRun({ transaction }: RegisteredHandler, hasEnded: boolean): string | null {
  if (hasEnded) return 'it has succeeded, and scope FAILED does not run it again';
  return transaction ? null : 'it is declared with transaction: false, so what it does cannot be rolled back';
}

function nothing(handler: string): Omit<DryOperation, 'outcome'> {
  return { handler, result: null, error: null, sideEffect: null, rowsChanged: [], durationMs: 0 };
}

function describeError(error: unknown): Pick<DryOperation, 'outcome'> & Partial<DryOperation> {
  if (error instanceof WouldCallError) return { outcome: 'WOULD_CALL', sideEffect: error.message };
  if (error instanceof RetryLater) {
    return { outcome: 'LATER', error: `again after ${error.delayMs} ms: ${error.message}` };
  }
  return { outcome: outcomeOfError(error), error: errorText(error) };
}
