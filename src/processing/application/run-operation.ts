import { Inject, Injectable, Logger } from '@nestjs/common';
import { RetryLater, type WebhookEvent } from 'hookwell/handler-kit';
import { Clock } from '../../platform/clock.js';
import { SqlDatabase } from '../../platform/database/sql-database.js';
import { errorText } from '../../platform/error-text.js';
import type { Attempt, AttemptOutcome } from '../domain/attempt.js';
import { type ClaimedEvent, LeaseLostError } from '../domain/claimed-event.js';
import type { Hold } from '../domain/hold.js';
import { laterHold } from '../domain/later.js';
import { nextDelay } from '../domain/retry-policy.js';
import { SettlementStore, type RecordedSuccess } from '../infrastructure/settlement-store.js';
import { SideEffectStore } from '../infrastructure/side-effect-store.js';
import { callHandler, outcomeOfError } from './handlers/handler-call.js';
import { handlerContext } from './handlers/handler-context.js';
import type { RegisteredHandler } from './handlers/handler-registry.js';
import { OperationTransaction } from './handlers/operation-transaction.js';

/** An attempt, and what its transaction has recorded already: itself, or also that its event is PROCESSED. */
export interface FinishedAttempt {
  readonly attempt: Attempt;
  readonly recorded: false | 'ATTEMPT' | 'EVENT';
}

/** What to record with a success. */
export type WithSuccess = Omit<RecordedSuccess, 'attempt'>;

/** The attempt is not ours to finish: the event was lost to another worker, or the process stops. Nothing is recorded. */
export class AttemptGivenUpError extends Error {
  override readonly name = 'AttemptGivenUpError';
}

/** The transaction has ended, by its own commit. */
class CommitFailedError extends Error {
  override readonly name = 'CommitFailedError';
}

/** One attempt of one operation: run the handler within its time, and record what came of it. */
@Injectable()
export class RunOperation {
  private readonly logger = new Logger(RunOperation.name);
  private readonly underWay = new Set<{ readonly eventId: string; readonly abort: AbortController }>();

  constructor(
    @Inject(SettlementStore) private readonly settlements: SettlementStore,
    @Inject(SideEffectStore) private readonly sideEffects: SideEffectStore,
    @Inject(SqlDatabase) private readonly database: SqlDatabase,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /**
   * Gives the attempt, a hold where the handler has put itself off, or null when it is not known whether its transaction was committed.
   * @throws AttemptGivenUpError when there is no attempt to speak of
   */
  async execute(
    registered: RegisteredHandler,
    event: WebhookEvent,
    { run, attempts, holds }: ClaimedEvent,
    withSuccess: WithSuccess,
  ): Promise<FinishedAttempt | Hold | null> {
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

    const abort = new AbortController();
    const entry = { eventId: event.id, abort };
    this.underWay.add(entry);
    const transaction = new OperationTransaction(this.database, abort);
    try {
      const context = handlerContext({
        registered,
        event,
        attempt: number,
        replay: run > 0,
        signal: abort.signal,
        transaction,
        sideEffects: this.sideEffects,
      });
      const attempt = describe('SUCCEEDED', {
        result: await callHandler(registered, event, context, abort),
      });
      return { attempt, recorded: await this.commit(transaction, { attempt, ...withSuccess }) };
    } catch (error) {
      if (!(error instanceof CommitFailedError)) await transaction.rollback();
      else if (!this.database.isAnswer(error.cause)) {
        // It may have been committed or not; whoever claims the event next finds out.
        const { id: eventId, source } = event;
        this.logger.error({ message: `not known whether committed: ${error.message}`, eventId, source });
        return null;
      }
      if (error instanceof LeaseLostError) this.giveUp(event.id);
      if (abort.signal.reason instanceof AttemptGivenUpError) throw abort.signal.reason;
      if (error instanceof RetryLater) {
        const hold = laterHold(event.id, registered, holds, error, this.clock.now());
        if (hold) return hold;
        return { attempt: describe('EXPIRED', { error: errorText(error) }), recorded: false };
      }
      const outcome = outcomeOfError(error);
      const delay = outcome === 'REJECTED' ? null : nextDelay(registered.retry, number, Math.random());
      const retryAt = delay === null ? null : new Date(this.clock.now().getTime() + delay);
      return { attempt: describe(outcome, { error: errorText(error), retryAt }), recorded: false };
    } finally {
      this.underWay.delete(entry);
    }
  }

  /** Gives up all attempts under way, or those of one event: their signals fire, and nothing they come to counts. */
  giveUp(eventId?: string): void {
    for (const entry of this.underWay) {
      if (eventId === undefined || entry.eventId === eventId) {
        entry.abort.abort(new AttemptGivenUpError('this attempt does not count any more'));
      }
    }
  }

  /** Records a success in the handler's own transaction, where it has opened one. */
  private async commit(
    transaction: OperationTransaction,
    success: RecordedSuccess,
  ): Promise<FinishedAttempt['recorded']> {
    const open = await transaction.finished();
    if (!open) return false;
    await this.settlements.recordInTransaction(open, success);
    try {
      await transaction.commit();
    } catch (error) {
      throw new CommitFailedError((error as Error).message, { cause: error });
    }
    return success.endsEvent ? 'EVENT' : 'ATTEMPT';
  }
}
