import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { EventQueue } from '../../platform/queue/event-queue.js';
import { ClaimStore } from '../infrastructure/claim-store.js';
import { LaneStore } from '../infrastructure/lanes/lane-store.js';
import { GateKeeper } from './gates/gate-keeper.js';
import { LaneRunner } from './lane-runner.js';

const MOST_AT_ONCE = 128;
/** Lanes are gone through here and not handed over: other workers' relays should find some too. */
const LANES_AT_ONCE = 16;
/** With more jobs waiting, an event that is due is more likely late than lost: handing it over again would only add to the pile. */
const DEEPEST_QUEUE = 200;

/** Hands over what is due: retries whose time has come, and events that the queue or a worker has lost. Takes up lanes likewise. */
@Injectable()
export class Relay implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Relay.name);
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;
  private sweeping: Promise<void> = Promise.resolve();
  /** What keeps it from handing over; told once, not at every turn. */
  private trouble: string | undefined;

  constructor(
    @Inject(ClaimStore) private readonly claims: ClaimStore,
    @Inject(LaneStore) private readonly laneStore: LaneStore,
    @Inject(LaneRunner) private readonly laneRunner: LaneRunner,
    @Inject(GateKeeper) private readonly gateKeeper: GateKeeper,
    @Inject(EventQueue) private readonly queue: EventQueue,
    @Inject(APP_CONFIG) private readonly config: AppConfig,
  ) {}

  onApplicationBootstrap(): void {
    this.sweepLater();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** Has gates let through what they admit now, and hands over everything that is due, unless the queue is away, refuses it, or is deep. */
  async sweep(): Promise<void> {
    await this.gateKeeper.sweep();
    this.laneRunner.start(await this.laneStore.takeDue(LANES_AT_ONCE));
    while (!this.stopping && (await this.queue.depth()) < DEEPEST_QUEUE) {
      const eventIds = await this.claims.takeDue(MOST_AT_ONCE);
      if (eventIds.length === 0) return;
      if (!(await this.queue.handOver(eventIds))) {
        await this.claims.handBack(eventIds);
        return;
      }
    }
  }

  private sweepLater(): void {
    if (this.stopping) return;
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep()
        .then(
          () => undefined,
          (error: unknown) => (error as Error).message,
        )
        .then((trouble) => {
          if (trouble !== undefined && trouble !== this.trouble) {
            this.logger.warn(`nothing handed over: ${trouble}`);
          }
          this.trouble = trouble;
          this.sweepLater();
        });
    }, this.config.RELAY_INTERVAL_MS);
  }
}
