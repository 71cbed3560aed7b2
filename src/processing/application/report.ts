import { Inject, Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import type { ClaimedEvent } from '../domain/claimed-event.js';
import type { Work } from './work-on-event.js';

/** Counts and logs what has been committed. */
@Injectable()
export class Report {
  private readonly logger = new Logger('Processing');

  constructor(
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  settled({ event, run }: ClaimedEvent, { settlement, attempts }: Work): void {
    const { id: eventId, source, provider, type } = event;
    const { status, unhandled } = settlement;
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
