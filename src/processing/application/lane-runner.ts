import { Inject, Injectable, Logger } from '@nestjs/common';
import fastq, { type queueAsPromised } from 'fastq';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import type { Lane } from '../domain/lane.js';
import {
  type ClaimedTurn,
  type ClaimedTurns,
  TurnStore,
  type Wanted,
} from '../infrastructure/lanes/turn-store.js';
import { HandlerRegistry } from './handlers/handler-registry.js';
import { InHand } from './in-hand.js';
import { ProcessEvent } from './process-event.js';
import { SuspectLine } from './suspect-line.js';

/** Most turns that are claimed at once. */
const MOST_TURNS = 64;
/** For so long turns are claimed ahead: an event that arrives meanwhile comes after them, wherever its place had been. */
const AHEAD_MS = 100;

/**
 * Goes through the lanes that this worker has taken, each one event after the other until there is nothing to do in it now; at most
 * WORKER_CONCURRENCY lanes at a time, apart from the queue's jobs, which a long lane must not hold up.
 */
@Injectable()
export class LaneRunner {
  private readonly logger = new Logger(LaneRunner.name);
  private readonly lanes: queueAsPromised<Lane, void>;
  /** Lanes that are gone through, and whether they have been taken again since. */
  private readonly underWay = new Map<string, { takenAgain: boolean }>();
  private stopping = false;

  constructor(
    @Inject(TurnStore) private readonly turns: TurnStore,
    @Inject(HandlerRegistry) private readonly registry: HandlerRegistry,
    @Inject(ProcessEvent) private readonly processEvent: ProcessEvent,
    @Inject(InHand) private readonly inHand: InHand,
    @Inject(SuspectLine) private readonly suspects: SuspectLine,
    @Inject(APP_CONFIG) config: AppConfig,
  ) {
    this.lanes = fastq.promise((lane: Lane) => this.run(lane), config.WORKER_CONCURRENCY);
  }

  /**
   * Goes through lanes that were just taken. One that is gone through already (its lease had run out, or it was given up a moment ago) is
   * gone through once more after that, and not at the same time.
   */
  start(lanes: readonly Lane[]): void {
    for (const lane of lanes) {
      const underWay = this.underWay.get(lane.id);
      if (underWay) underWay.takenAgain = true;
      else {
        this.underWay.set(lane.id, { takenAgain: false });
        this.inHand.takeLane(lane.id);
        void this.lanes.push(lane);
      }
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
    const takenAgain = this.underWay.get(lane.id)?.takenAgain;
    this.underWay.delete(lane.id);
    this.inHand.letLaneGo(lane.id);
    if (takenAgain) this.start([lane]);
  }

  /** Resolves to false where a stop leaves the lane to be handed back. */
  private async goThrough(lane: Lane): Promise<boolean> {
    let most = 1;
    while (!this.stopping) {
      const { turns, suspectIsNext } = await this.claim(lane, { most, takesSuspects: false });
      if (suspectIsNext) await this.suspects.run(() => this.takeSuspect(lane));
      else if (turns.length === 0) return true;
      most = await this.takeInOrder(turns);
    }
    return false;
  }

  private async takeSuspect(lane: Lane): Promise<void> {
    if (this.stopping) return;
    const { turns } = await this.claim(lane, { most: 1, takesSuspects: true });
    await this.takeInOrder(turns);
  }

  private claim(lane: Lane, wanted: Wanted): Promise<ClaimedTurns> {
    return this.turns.takeTurns(lane, (event) => this.registry.serialRules(event), wanted);
  }

  /** Works on turns up to the first that the next has to wait for, that one included; gives how many to claim then. */
  private async takeInOrder(turns: readonly ClaimedTurn[]): Promise<number> {
    const ids = turns.map(({ claimed }) => claimed.event.id);
    this.inHand.takeEvents(ids);
    const began = performance.now();
    let done = 0;
    let goesOn = true;
    for (const turn of turns) {
      if (this.stopping || !goesOn) break;
      done += 1;
      goesOn = await this.processEvent.takeTurn(turn);
      this.inHand.letEventGo(turn.claimed.event.id);
    }
    const left = ids.slice(done);
    for (const id of left) this.inHand.letEventGo(id);
    await this.turns.putBack(left);
    return done > 0 && goesOn ? turnsAhead((performance.now() - began) / done) : 1;
  }
}

/** How many turns to claim at once where one takes so many milliseconds. */
function turnsAhead(milliseconds: number): number {
  return Math.max(1, Math.min(MOST_TURNS, Math.floor(AHEAD_MS / milliseconds)));
}
