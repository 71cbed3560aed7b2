import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import type { Page, PageBounds } from '../../platform/database/page.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { Rounds } from '../../platform/rounds.js';
import type { Rejection } from '../domain/rejection.js';
import { RejectionStore } from '../infrastructure/rejection-store.js';
import type { SourceRejectionEntity } from '../infrastructure/source-rejection.entity.js';
import { PendingRejections } from './pending-rejections.js';

/** One line for each source and reason in so many milliseconds: a flood of forged requests must not become a flood of lines. */
const QUIET_MS = 10_000;
const FLUSH_MS = 1000;

/**
 * Makes refused requests visible to the people who run this, and to nobody else. A flood costs the database no more than a write a
 * second and source; where it cannot be written, what was to be is dropped and counted, and no request waits.
 */
@Injectable()
export class Rejections implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Rejections.name);
  private readonly lastLine = new Map<string, number>();
  private readonly pending: PendingRejections;
  private readonly flushes = new Rounds(
    FLUSH_MS,
    async () => {
      await this.flush();
      return FLUSH_MS;
    },
    (message) => {
      this.logger.warn(`rejections not written down: ${message}`);
    },
  );

  constructor(
    @Inject(APP_CONFIG) { REJECTIONS_KEPT }: Pick<AppConfig, 'REJECTIONS_KEPT'>,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Metrics) private readonly metrics: Metrics,
    @Inject(RejectionStore) private readonly store: RejectionStore,
  ) {
    this.pending = new PendingRejections(REJECTIONS_KEPT);
  }

  onApplicationBootstrap(): void {
    this.flushes.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.flushes.stop();
    await this.flush().catch((error: unknown) => {
      this.logger.warn(`rejections not written down: ${(error as Error).message}`);
    });
  }

  /** Keeps what was refused of a configured source, and logs the first of its kind. The map holds one entry for each source and reason. */
  note(source: string, rejection: Rejection): void {
    if (!this.pending.add(source, rejection)) this.metrics.rejectionsDropped.inc();
    const { reason, detail } = rejection;
    const kind = `${source} ${reason}`;
    const now = this.clock.now().getTime();
    if (now - (this.lastLine.get(kind) ?? 0) < QUIET_MS) return;
    this.lastLine.set(kind, now);
    this.logger.warn({ message: `request refused: ${detail}`, source, reason });
  }

  /** Those of a source that all processes have written down, newest first. */
  list(source: string, bounds: PageBounds): Promise<Page<SourceRejectionEntity>> {
    return this.store.list(source, bounds);
  }

  private async flush(): Promise<void> {
    const bySource = this.pending.take();
    if (bySource.size === 0) return;
    try {
      await this.store.add(bySource);
    } catch (error) {
      this.metrics.rejectionsDropped.inc([...bySource.values()].flat().length);
      throw error;
    }
    await this.store.prune(bySource.keys());
  }
}
