import { Inject, Injectable, Logger } from '@nestjs/common';
import fastq, { type queueAsPromised } from 'fastq';
import { parseJson } from 'hookwell/handler-kit';
import { Clock } from '../../platform/clock.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import type { ClaimedEvent } from '../domain/claimed-event.js';
import { dueHandlers, outcomeOf } from '../domain/operations.js';
import { type Settlement, settlement } from '../domain/settlement.js';
import { ProcessingStore } from '../infrastructure/processing-store.js';
import { HandlerRegistry } from './handler-registry.js';
import { AttemptGivenUpError, RunOperation } from './run-operation.js';

/** Claims without a recorded attempt before an event is taken for one that kills its workers. */
const MOST_ABANDONED_CLAIMS = 10;
/** Large bodies in hand at once; together with what handlers make of them they must not fill the memory. */
const LARGE_AT_ONCE = 4;
/** How soon an event is tried elsewhere that no handler here can know. */
const UNKNOWN_PROVIDER_MS = 10_000;

/** One event through one claim: claim, read, decode, run what is due, settle. */
@Injectable()
export class ProcessEvent {
  private readonly logger = new Logger(ProcessEvent.name);
  private readonly large: queueAsPromised<ClaimedEvent, void> = fastq.promise(
    async (claimed: ClaimedEvent) => this.work(claimed, await this.store.readBody(claimed.event.id)),
    LARGE_AT_ONCE,
  );

  constructor(
    @Inject(ProcessingStore) private readonly store: ProcessingStore,
    @Inject(HandlerRegistry) private readonly registry: HandlerRegistry,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
    @Inject(RunOperation) private readonly runOperation: RunOperation,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /**
   * Resolves once the outcome is committed, or the event turned out not to be ours to process. Never rejects: an event that
   * could not be settled keeps its lease, and the relay brings it back when that is over.
   */
  async execute(eventId: string): Promise<void> {
    try {
      const claimed = await this.store.claim(eventId);
      if (claimed) await this.process(claimed);
    } catch (error) {
      this.logger.error({ message: `not claimed, left to the relay: ${(error as Error).message}`, eventId });
    }
  }

  private async process(claimed: ClaimedEvent): Promise<void> {
    const { id: eventId, source } = claimed.event;
    try {
      if (claimed.body === null) await this.large.push(claimed);
      else await this.work(claimed, claimed.body);
    } catch (error) {
      if (error instanceof AttemptGivenUpError) return;
      const message = `not settled, left to the relay: ${(error as Error).message}`;
      this.logger.error({ message, eventId, source });
    }
  }

  private async work(claimed: ClaimedEvent, rawBody: Buffer): Promise<void> {
    if (!this.catalog.find(claimed.event.provider)) return this.leaveToOthers(claimed);
    const settlement = await this.settlementOf(claimed, rawBody);
    if (await this.store.settle(settlement)) this.report(claimed, settlement);
  }

  private async settlementOf(claimed: ClaimedEvent, rawBody: Buffer): Promise<Settlement> {
    const { event, attempts: earlier } = claimed;
    const payload = parseJson(rawBody);
    if (payload === undefined) {
      const error = 'the body is not JSON, so no handler was run';
      return settlement(event.id, 'FAILED', { malformed: true, error });
    }
    const handlers = this.registry.for(event.provider, event.type);
    if (handlers.length === 0) return settlement(event.id, 'PROCESSED', { unhandled: true });
    if (claimed.claims - earlier.length > MOST_ABANDONED_CLAIMS) {
      const error = `its worker died ${MOST_ABANDONED_CLAIMS} times while processing it`;
      return settlement(event.id, 'FAILED', { error });
    }
    const names = handlers.map(({ name }) => name);
    const due = dueHandlers(names, earlier, this.clock.now());
    // All of them are waited for, even when the event was lost: none may go on once we have forgotten it.
    const runs = await Promise.allSettled(
      handlers
        .filter(({ name }) => due.includes(name))
        .map((handler) => this.runOperation.execute(handler, { ...event, rawBody, payload }, claimed)),
    );
    const finished = runs.flatMap((run) => {
      if (run.status === 'rejected') throw run.reason as Error;
      return run.value ?? [];
    });
    const { status, dueAt } = outcomeOf(
      names,
      [...earlier, ...finished.map(({ attempt }) => attempt)],
      this.clock.now(),
    );
    return settlement(event.id, status, {
      dueAt,
      attempts: finished.filter(({ recorded }) => !recorded).map(({ attempt }) => attempt),
      error: finished.findLast(({ attempt }) => attempt.error !== null)?.attempt.error ?? null,
    });
  }

  /** While a new provider is rolled out, some workers have its folder and some do not. */
  private async leaveToOthers({ event: { id: eventId, source, provider } }: ClaimedEvent): Promise<void> {
    const why = `no provider folder ${provider} in this worker; deploy it to every worker`;
    await this.store.postpone(eventId, new Date(this.clock.now().getTime() + UNKNOWN_PROVIDER_MS), why);
    this.logger.warn({ message: why, eventId, source });
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
      const message = 'attempt failed, to be tried again';
      this.logger.warn({ message, ...line, handler, attempt, outcome, retryAt });
    }
  }
}
