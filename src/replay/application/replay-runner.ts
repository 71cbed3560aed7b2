import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Clock } from '../../platform/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Rounds } from '../../platform/rounds.js';
import { Pace } from '../domain/pace.js';
import { ReplayLeases } from '../infrastructure/replay-leases.js';

/** While replays run: short, so that their events come evenly and not in heaps. */
const ROUND_MS = 50;
/** Events in one transaction. */
const CHUNK = 512;

/** Runs the replays of many events that this worker has taken, each at its own pace. */
@Injectable()
export class ReplayRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ReplayRunner.name);
  private readonly inHand = new Map<string, Pace>();
  private readonly rounds: Rounds;

  constructor(
    @Inject(ReplayLeases) private readonly leases: ReplayLeases,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(APP_CONFIG) config: Pick<AppConfig, 'RELAY_INTERVAL_MS'>,
  ) {
    this.rounds = new Rounds(
      config.RELAY_INTERVAL_MS,
      async () => {
        await this.round();
        return this.inHand.size > 0 ? ROUND_MS : config.RELAY_INTERVAL_MS;
      },
      (message) => {
        this.logger.warn(`replays do not go on, to be tried again: ${message}`);
      },
    );
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.leases.recover();
    this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
    await this.leases.handBack([...this.inHand.keys()]);
  }

  /** Takes replays that nobody runs, and replays as many events of each that it has as have come due. */
  async round(): Promise<void> {
    for (const { id, ratePerSecond } of await this.leases.takeFree()) {
      this.inHand.set(id, new Pace(ratePerSecond, this.clock.now()));
    }
    const results = await Promise.allSettled([...this.inHand].map(([id, pace]) => this.goOn(id, pace)));
    for (const result of results) if (result.status === 'rejected') throw result.reason as Error;
  }

  private async goOn(id: string, pace: Pace): Promise<void> {
    for (let left = pace.due(this.clock.now()); left > 0; left -= CHUNK) {
      if (await this.leases.advance(id, Math.min(CHUNK, left))) continue;
      this.inHand.delete(id);
      return;
    }
  }
}
