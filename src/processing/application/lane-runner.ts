import { Inject, Injectable, Logger } from '@nestjs/common';
import fastq, { type queueAsPromised } from 'fastq';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import type { Lane } from '../domain/lane.js';
import { type ClaimedTurn, LaneStore } from '../infrastructure/lane-store.js';
import { HandlerRegistry } from './handler-registry.js';
import { InHand } from './in-hand.js';
import { ProcessEvent } from './process-event.js';

/** After a first event that went through, so many are claimed at once: a key that is stuck has claimed no more than its first. */
const MOST_TURNS = 64;

/**
 * Goes through the lanes that this worker has taken, each one event after the other until there is nothing to do in it now; at most
 * WORKER_CONCURRENCY lanes at a time, apart from the queue's jobs, which a long lane must not hold up.
 */
@Injectable()
export class LaneRunner {
  private readonly logger = new Logger(LaneRunner.name);
  private readonly lanes: queueAsPromised<Lane, void>;
  private stopping = false;

  constructor(
    @Inject(LaneStore) private readonly store: LaneStore,
    @Inject(HandlerRegistry) private readonly registry: HandlerRegistry,
    @Inject(ProcessEvent) private readonly processEvent: ProcessEvent,
    @Inject(InHand) private readonly inHand: InHand,
    @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.lanes = fastq.promise((lane: Lane) => this.run(lane), config.WORKER_CONCURRENCY);
  }

  /** Goes through lanes that were just taken. */
  start(lanes: readonly Lane[]): void {
    for (const lane of lanes) {
      this.inHand.takeLane(lane.id);
      void this.lanes.push(lane);
    }
  }

  /** Begins no further turn, and resolves when those under way are over. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.lanes.drained();
  }

  /** Never rejects: a lane that cannot be gone on with keeps its lease, and the relay takes it when that is over. */
  private async run(lane: Lane): Promise<void> {
    try {
      if (!(await this.goThrough(lane))) return;
    } catch (error) {
      const message = `lane left to the relay: ${(error as Error).message}`;
      this.logger.error({ message, source: lane.source, orderingKey: lane.orderingKey });
    }
    this.inHand.letLaneGo(lane.id);
  }

  /** Resolves to false where a stop leaves the lane to be handed back. */
  private async goThrough(lane: Lane): Promise<boolean> {
    let most = 1;
    while (!this.stopping) {
      const turns = await this.store.takeTurns(lane, (event) => this.registry.serialRules(event), most);
      if (turns.length === 0) return true;
      const done = await this.takeInOrder(turns);
      most = done === turns.length ? MOST_TURNS : 1;
    }
    return false;
  }

  /** How many were worked on: up to the first that the next has to wait for, that one included. */
  private async takeInOrder(turns: readonly ClaimedTurn[]): Promise<number> {
    this.inHand.takeEvents(turns.map(({ claimed }) => claimed.event.id));
    let done = 0;
    for (const turn of turns) {
      if (this.stopping) break;
      done += 1;
      const goesOn = await this.processEvent.takeTurn(turn);
      this.inHand.letEventGo(turn.claimed.event.id);
      if (!goesOn) break;
    }
    const left = turns.slice(done).map(({ claimed }) => claimed.event.id);
    await this.store.putBack(left);
    for (const id of left) this.inHand.letEventGo(id);
    return done;
  }
}
