import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../../platform/clock.js';
import { APP_CONFIG, type AppConfig } from '../../../platform/config/config.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import type { AttemptOutcome } from '../../domain/attempt.js';
import { isFailure, RecentOutcomes } from '../../domain/breaker.js';
import type { BreakerRules, HandlerRules } from '../../domain/handler-rules.js';
import { BreakerStore, type Probe } from '../../infrastructure/gates/breaker-store.js';
import { Steering } from './steering.js';

/** Trips the breakers of handlers that fail too often, and closes them when one operation shows that they work again. */
@Injectable()
export class Breakers {
  private readonly logger = new Logger(Breakers.name);
  private readonly recent = new Map<string, RecentOutcomes>();

  constructor(
    @Inject(Steering) private readonly steering: Steering,
    @Inject(BreakerStore) private readonly store: BreakerStore,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'LEASE_MS'>,
  ) {}

  /** Whether an operation of a handler may be the one that shows whether it works again. Costs nothing while that is not due. */
  async admit({ name, timeoutMs }: HandlerRules): Promise<'CLOSED' | 'OPEN' | Probe> {
    const breaker = this.steering.breaker(name);
    if (!breaker) return 'CLOSED';
    if (breaker.retryAt > this.clock.now()) return 'OPEN';
    const probe = await this.store.probe(name, this.config.LEASE_MS + timeoutMs);
    await this.steering.refresh();
    if (probe) this.logger.log({ message: 'breaker half open: one operation is let through', handler: name });
    if (probe) return probe;
    return this.steering.breaker(name) ? 'OPEN' : 'CLOSED';
  }

  /** Learns what an attempt has come to that was not a probe. */
  async learn({ name, breaker }: HandlerRules, outcome: AttemptOutcome): Promise<void> {
    if (!breaker) return;
    if (this.steering.breaker(name)) {
      // It began before the breaker was tripped; what came before counts no longer when that is closed again.
      this.recent.delete(name);
      return;
    }
    const recent = this.recent.get(name) ?? new RecentOutcomes();
    this.recent.set(name, recent);
    if (recent.record(isFailure(outcome), breaker)) await this.trip(name, breaker);
  }

  /**
   * Learns what a probe has come to.
   * @param outcome null where it has come to nothing
   */
  async learnFrom(
    probe: Probe,
    breaker: BreakerRules,
    outcome: AttemptOutcome | 'LATER' | null,
  ): Promise<void> {
    const { handler } = probe;
    if (outcome === null) await this.store.giveBack(probe);
    else if (outcome !== 'LATER' && isFailure(outcome)) {
      const isOpen = await this.store.reopen(probe, breaker.openMs);
      if (isOpen) this.logger.warn({ message: 'breaker open again: the handler still fails', handler });
    } else {
      const isClosed = await this.store.close(probe);
      if (isClosed) this.logger.log({ message: 'breaker closed: the handler works again', handler });
    }
    await this.steering.refresh();
  }

  private async trip(handler: string, { openMs }: BreakerRules): Promise<void> {
    this.recent.delete(handler);
    if (await this.store.trip(handler, openMs)) {
      this.metrics.breakerTrips.inc({ handler });
      const message = `breaker open: the handler fails too often, its operations are held for ${openMs} ms`;
      this.logger.warn({ message, handler });
    }
    await this.steering.refresh();
  }
}
