import { Inject, Injectable, Logger } from '@nestjs/common';
import { type HandlerContext, parseJson, RejectEvent, type WebhookEvent } from 'hookwell/handler-kit';
import { Clock } from '../../platform/clock.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { type OpenTransaction, SqlDatabase } from '../../platform/database/sql-database.js';
import type { Attempt, AttemptOutcome } from '../domain/attempt.js';
import { nextDelay } from '../domain/retry-policy.js';
import {
  type ClaimedEvent,
  LeaseLostError,
  ProcessingStore,
  type Settlement,
} from '../infrastructure/processing-store.js';
import { HandlerRegistry, type RegisteredHandler } from './handler-registry.js';

/** Claims without a recorded attempt before an event is taken for one that kills its workers. */
const MOST_ABANDONED_CLAIMS = 10;

/** An attempt and whether its transaction has recorded it already. */
interface FinishedAttempt {
  readonly attempt: Attempt;
  readonly recorded: boolean;
}

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

/** One event through one claim: claim, decode, run what is due, settle. */
@Injectable()
export class ProcessEvent {
  private readonly logger = new Logger(ProcessEvent.name);
  private readonly underWay = new Set<AbortController>();

  constructor(
    @Inject(ProcessingStore) private readonly store: ProcessingStore,
    @Inject(HandlerRegistry) private readonly registry: HandlerRegistry,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** Resolves once the outcome is committed, or the event turned out not to be ours to process. */
  async execute(eventId: string): Promise<void> {
    const claimed = await this.store.claim(eventId);
    if (!claimed) return;
    const settlement = await this.work(claimed);
    if (settlement && (await this.store.settle(settlement))) this.report(claimed, settlement);
  }

  /** Fires the signal of every handler under way. */
  abortAll(): void {
    for (const abort of this.underWay) abort.abort(new Error('the process stops'));
  }

  private async work(claimed: ClaimedEvent): Promise<Settlement | null> {
    const { event, attempts } = claimed;
    const payload = parseJson(event.rawBody);
    if (payload === undefined) {
      return settlement(event.id, 'FAILED', {
        malformed: true,
        error: 'the body is not JSON, so no handler was run',
      });
    }
    const handlers = this.registry.for(event.provider, event.type);
    if (handlers.length === 0) return settlement(event.id, 'PROCESSED', { unhandled: true });
    if (claimed.claims - attempts.length > MOST_ABANDONED_CLAIMS) {
      return settlement(event.id, 'FAILED', {
        error: `its worker died ${MOST_ABANDONED_CLAIMS} times while processing it`,
      });
    }
    try {
      const due = handlers.filter((handler) => this.isDue(handler, attempts));
      const finished = await Promise.all(
        due.map((handler) => this.attempt(handler, { ...event, payload }, claimed)),
      );
      return summarise(event.id, handlers, attempts, finished);
    } catch (error) {
      if (error instanceof LeaseLostError) return null;
      throw error;
    }
  }

  private isDue(handler: RegisteredHandler, attempts: ClaimedEvent['attempts']): boolean {
    const last = attempts.findLast((attempt) => attempt.handler === handler.name);
    return !last || (last.retryAt !== null && last.retryAt <= this.clock.now());
  }

  private async attempt(
    registered: RegisteredHandler,
    event: WebhookEvent,
    { run, attempts }: ClaimedEvent,
  ): Promise<FinishedAttempt> {
    const number = attempts.filter(({ handler }) => handler === registered.name).length + 1;
    const startedAt = this.clock.now();
    const describe = (outcome: AttemptOutcome, rest: Partial<Attempt>): Attempt => ({
      eventId: event.id,
      run,
      handler: registered.name,
      attempt: number,
      outcome,
      startedAt,
      durationMs: this.clock.now().getTime() - startedAt.getTime(),
      result: null,
      error: null,
      retryAt: null,
      ...rest,
    });

    let opening: Promise<OpenTransaction> | undefined;
    const abort = new AbortController();
    this.underWay.add(abort);
    const context: HandlerContext = {
      attempt: number,
      replay: run > 0,
      signal: abort.signal,
      transaction: async () => {
        if (abort.signal.aborted) throw abort.signal.reason as Error;
        opening ??= this.database.open();
        return (await opening).manager;
      },
    };
    try {
      const result = await withTimeout(
        registered.handler.handle(event, context),
        registered.timeoutMs,
        abort,
      );
      const attempt = describe('SUCCEEDED', { result: result === undefined ? null : JSON.stringify(result) });
      if (!opening) return { attempt, recorded: false };
      const transaction = await opening;
      await this.store.recordInTransaction(transaction, attempt);
      await transaction.commit();
      return { attempt, recorded: true };
    } catch (error) {
      await opening?.then((transaction) => transaction.rollback()).catch(() => undefined);
      if (error instanceof LeaseLostError) throw error;
      const outcome = outcomeOf(error);
      const delay = outcome === 'REJECTED' ? null : nextDelay(registered.retry, number, Math.random());
      const retryAt = delay === null ? null : new Date(this.clock.now().getTime() + delay);
      return { attempt: describe(outcome, { error: errorText(error), retryAt }), recorded: false };
    } finally {
      this.underWay.delete(abort);
    }
  }

  /** Counts and logs what has been committed. */
  private report({ event, run }: ClaimedEvent, { status, unhandled, attempts }: Settlement): void {
    const { id: eventId, source, provider, type } = event;
    const age = this.clock.now().getTime() - event.receivedAt.getTime();
    const line = { eventId, source, type, run };
    if (status === 'PROCESSED') {
      this.metrics.processed.inc({ provider });
      if (unhandled) this.metrics.unhandled.inc({ provider });
      if (run === 0) this.metrics.endToEndSeconds.observe(age / 1000);
      this.logger.log({
        message: unhandled ? 'processed, unhandled' : 'processed',
        ...line,
        milliseconds: age,
      });
    } else if (status === 'FAILED') {
      this.metrics.failed.inc({ provider });
      this.logger.error({ message: 'failed; a replay runs it again', ...line });
    }
    for (const { handler, attempt, outcome, retryAt } of attempts) {
      if (retryAt === null) continue;
      this.metrics.retried.inc({ provider });
      this.logger.warn({
        message: 'attempt failed, to be tried again',
        ...line,
        handler,
        attempt,
        outcome,
        retryAt,
      });
    }
  }
}

function outcomeOf(error: unknown): AttemptOutcome {
  if (error instanceof RejectEvent) return 'REJECTED';
  return error instanceof TimeoutError ? 'TIMED_OUT' : 'ERRORED';
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

async function withTimeout<T>(work: Promise<T>, timeoutMs: number, abort: AbortController): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new TimeoutError(`no result within ${timeoutMs} ms`);
      abort.abort(error);
      reject(error);
    }, timeoutMs);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}

function settlement(eventId: string, status: Settlement['status'], rest: Partial<Settlement>): Settlement {
  return {
    eventId,
    status,
    dueAt: null,
    error: null,
    unhandled: false,
    malformed: false,
    attempts: [],
    ...rest,
  };
}

/** All operations succeeded: PROCESSED. One can still be tried: RECEIVED, due at the earliest retry. Else FAILED. */
function summarise(
  eventId: string,
  handlers: readonly RegisteredHandler[],
  earlier: ClaimedEvent['attempts'],
  finished: readonly FinishedAttempt[],
): Settlement {
  const all = [...earlier, ...finished.map(({ attempt }) => attempt)];
  const last = handlers.map(({ name }) => all.findLast(({ handler }) => handler === name));
  const attempts = finished.filter(({ recorded }) => !recorded).map(({ attempt }) => attempt);
  const error = finished.findLast(({ attempt }) => attempt.error !== null)?.attempt.error ?? null;
  if (last.every((attempt) => attempt?.outcome === 'SUCCEEDED'))
    return settlement(eventId, 'PROCESSED', { attempts });
  const retries = last.flatMap((attempt) => (attempt?.retryAt ? [attempt.retryAt.getTime()] : []));
  if (retries.length === 0) return settlement(eventId, 'FAILED', { attempts, error });
  return settlement(eventId, 'RECEIVED', { attempts, error, dueAt: new Date(Math.min(...retries)) });
}
