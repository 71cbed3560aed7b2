import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/clock.js';
import type { ClaimedEvent } from '../../domain/claimed-event.js';
import { type ClosedGate, type GatedOperation, gateHold, gateName } from '../../domain/gate.js';
import type { Hold } from '../../domain/hold.js';
import type { LimitedGate } from '../../domain/limit.js';
import type { Probe } from '../../infrastructure/gates/breaker-store.js';
import { PermitStore } from '../../infrastructure/gates/permit-store.js';
import type { RegisteredHandler } from '../handlers/handler-registry.js';
import type { FinishedAttempt } from '../run-operation.js';
import { Breakers } from './breakers.js';
import { GateKeeper } from './gate-keeper.js';
import { Steering } from './steering.js';

/** What running an operation gives; see RunOperation. */
type Outcome = FinishedAttempt | Hold | null;

/** What an operation was let through with. */
interface Admission {
  readonly probe: Probe | null;
  readonly permits: readonly string[];
}

/** Lets an operation run where nothing holds it: no pause, no tripped breaker, no limit that is reached. */
@Injectable()
export class Gates {
  private readonly logger = new Logger(Gates.name);

  constructor(
    @Inject(Steering) private readonly steering: Steering,
    @Inject(Breakers) private readonly breakers: Breakers,
    @Inject(PermitStore) private readonly permits: PermitStore,
    @Inject(GateKeeper) private readonly keeper: GateKeeper,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /**
   * Gives what running the operation gives, or the hold of one that is not let through. Where nothing is paused, tripped or limited it
   * asks nobody.
   */
  async pass(
    claimed: ClaimedEvent,
    handler: RegisteredHandler,
    run: () => Promise<Outcome>,
  ): Promise<Outcome> {
    const { id: eventId, source, provider } = claimed.event;
    const operation = { source, provider, handler: handler.name };
    const limits = this.steering.limitsOn(operation);
    const admission = await this.admit(eventId, operation, handler, limits);
    if ('reason' in admission) {
      const hold = gateHold(eventId, handler.name, admission, claimed.holds, this.clock.now());
      const before = claimed.holds.find((held) => held.handler === handler.name);
      if (before?.reason === 'LIMIT' && hold.reason !== 'LIMIT') {
        await this.permits.cancel(eventId, handler.name);
      }
      return hold;
    }
    let outcome: Outcome = null;
    try {
      outcome = await run();
      return outcome;
    } finally {
      await this.leave(admission, handler, limits, outcome);
    }
  }

  private async admit(
    eventId: string,
    operation: GatedOperation,
    handler: RegisteredHandler,
    limits: readonly LimitedGate[],
  ): Promise<ClosedGate | Admission> {
    const paused = this.steering.pauseOf(operation);
    if (paused !== null) return { reason: 'PAUSE', waitsFor: paused };
    const breaker = await this.breakers.admit(handler);
    if (breaker === 'OPEN') return { reason: 'BREAKER', waitsFor: gateName('handler', handler.name) };
    const probe = breaker === 'CLOSED' ? null : breaker;
    if (limits.length === 0) return { probe, permits: [] };
    const answer = await this.permits.acquire({ eventId, handler: handler.name, gates: limits });
    if ('ids' in answer) return { probe, permits: answer.ids };
    if (probe && handler.breaker) await this.breakers.learnFrom(probe, handler.breaker, null);
    return { reason: 'LIMIT', waitsFor: answer.full };
  }

  /** Never rejects: what cannot be told to the database frees itself when its lease ends. */
  private async leave(
    { probe, permits }: Admission,
    handler: RegisteredHandler,
    limits: readonly LimitedGate[],
    outcome: Outcome,
  ): Promise<void> {
    const came = outcome && ('attempt' in outcome ? outcome.attempt.outcome : 'LATER');
    try {
      if (permits.length > 0) {
        await this.permits.release(permits);
        this.keeper.letNextIn(limits.map(({ name }) => name));
      }
      if (probe && handler.breaker) await this.breakers.learnFrom(probe, handler.breaker, came);
      else if (came !== null && came !== 'LATER') await this.breakers.learn(handler, came);
    } catch (error) {
      const message = `a gate is left to its lease: ${(error as Error).message}`;
      this.logger.warn({ message, handler: handler.name });
    }
  }
}
