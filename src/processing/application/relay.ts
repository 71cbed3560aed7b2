import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { EventQueue } from '../../platform/queue/event-queue.js';
import { Rounds } from '../../platform/rounds.js';
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
  private readonly rounds: Rounds;
  private stopping = false;

  constructor(
    @Inject(ClaimStore) private readonly claims: ClaimStore,
    @Inject(LaneStore) private readonly laneStore: LaneStore,
    @Inject(LaneRunner) private readonly laneRunner: LaneRunner,
    @Inject(GateKeeper) private readonly gateKeeper: GateKeeper,
    @Inject(EventQueue) private readonly queue: EventQueue,
    @Inject(APP_CONFIG) { RELAY_INTERVAL_MS }: Pick<AppConfig, 'RELAY_INTERVAL_MS'>,
  ) {
    this.rounds = new Rounds(
      RELAY_INTERVAL_MS,
      async () => {
        await this.sweep();
        return RELAY_INTERVAL_MS;
      },
      (message) => {
        this.logger.warn(`nothing handed over: ${message}`);
      },
    );
  }

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.rounds.stop();
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
}
