import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Verdict } from 'hookwell/signatures';
import { Clock } from '../../platform/clock.js';
import { Metrics } from '../../platform/metrics/metrics.js';

type Refusal = Extract<Verdict, { valid: false }>;

/** One line for each source and reason in so many milliseconds: a flood of forged requests must not become a flood of lines. */
const QUIET_MS = 10_000;

/** Makes refused signatures visible to the people who run this, and to nobody else. */
@Injectable()
export class Rejections {
  private readonly logger = new Logger(Rejections.name);
  private readonly lastLine = new Map<string, number>();

  constructor(
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** Counts a refusal, and logs the first of its kind. The map holds one entry for each configured source and reason. */
  note(source: string, { reason, detail }: Refusal): void {
    this.metrics.rejected.inc({ reason });
    const kind = `${source} ${reason}`;
    const now = this.clock.now().getTime();
    if (now - (this.lastLine.get(kind) ?? 0) < QUIET_MS) return;
    this.lastLine.set(kind, now);
    this.logger.warn({ message: `signature refused: ${detail}`, source, reason });
  }
}
