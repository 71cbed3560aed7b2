import { Inject, Injectable, Logger } from '@nestjs/common';
import fastq, { type queueAsPromised } from 'fastq';
import { Clock } from '../../platform/clock.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import type { ClaimedEvent } from '../domain/claimed-event.js';
import type { Lane } from '../domain/lane.js';
import type { Settled } from '../domain/settlement.js';
import type { Turn } from '../domain/turn-planner.js';
import { ClaimStore } from '../infrastructure/claim-store.js';
import { LaneEntrance } from '../infrastructure/lanes/lane-entrance.js';
import type { ClaimedTurn } from '../infrastructure/lanes/turn-store.js';
import { SettlementStore } from '../infrastructure/settlement-store.js';
import { InHand } from './in-hand.js';
import { Report } from './report.js';
import { AttemptGivenUpError } from './run-operation.js';
import { type Work, WorkOnEvent } from './work-on-event.js';

/** Large bodies in hand at once; together with what handlers make of them they must not fill the memory. */
const LARGE_AT_ONCE = 4;
/** How soon an event is tried elsewhere that no handler here can know. */
const UNKNOWN_PROVIDER_MS = 10_000;

/** A claim to be worked on. */
interface Task {
  readonly claimed: ClaimedEvent;
  /** What to do with what has waited for its turn; null where that has not come, and the event was due. */
  readonly verdicts: Turn['verdicts'] | null;
  /** A lane that is ours for this event alone. */
  readonly ownLane: Lane | null;
}

/** What a claim has come to. */
interface Done {
  readonly settled: Settled;
  readonly endsTurn: boolean;
}

const NOTHING: Done = { settled: { ours: false, lane: null }, endsTurn: false };

/** One event through one claim: claim, read, work, settle. */
@Injectable()
export class ProcessEvent {
  private readonly logger = new Logger(ProcessEvent.name);
  private readonly large: queueAsPromised<Task, Done> = fastq.promise(
    async (task: Task) => this.workAndSettle(task, await this.claims.readBody(task.claimed.event.id)),
    LARGE_AT_ONCE,
  );

  constructor(
    @Inject(ClaimStore) private readonly claims: ClaimStore,
    @Inject(SettlementStore) private readonly settlements: SettlementStore,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
    @Inject(LaneEntrance) private readonly entrance: LaneEntrance,
    @Inject(WorkOnEvent) private readonly workOnEvent: WorkOnEvent,
    @Inject(InHand) private readonly inHand: InHand,
    @Inject(Report) private readonly report: Report,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /**
   * Resolves once the outcome is committed, or the event turned out not to be ours to process; to the lane that came with it, which
   * somebody has to go through now; to SUSPECT where nothing was done, for it is to be done alone. Never rejects: an event that could
   * not be settled keeps its lease, and the relay brings it back when that is over.
   * @param alone when no other suspect is worked on
   */
  async execute(eventId: string, { alone = false } = {}): Promise<Lane | 'SUSPECT' | null> {
    if (this.inHand.has(eventId)) return null;
    this.inHand.takeEvents([eventId]);
    try {
      const claimed = await (alone ? this.claims.claimAlone(eventId) : this.claims.claim(eventId));
      if (!claimed || claimed === 'SUSPECT') return claimed;
      return await this.enterAndProcess(claimed);
    } catch (error) {
      this.logger.error({ message: `not claimed, left to the relay: ${(error as Error).message}`, eventId });
      return null;
    } finally {
      this.inHand.letEventGo(eventId);
    }
  }

  /** Works on an event whose turn has come; resolves to whether the next one's has come with it. Never rejects. */
  async takeTurn({ claimed, verdicts }: ClaimedTurn): Promise<boolean> {
    const { settled, endsTurn } = await this.process({ claimed, verdicts, ownLane: null });
    return settled.ours && endsTurn;
  }

  private async enterAndProcess(claimed: ClaimedEvent): Promise<Lane | null> {
    const entry = this.workOnEvent.entryOf(claimed);
    if (!entry) return this.laneAfter({ claimed, verdicts: null, ownLane: null });
    const { lane, verdicts } = entry;
    const entrance = await this.entrance.enter(entry);
    switch (entrance) {
      case 'WAITS':
        return null;
      case 'TAKEN':
        return lane;
      case 'ALONE':
        this.inHand.takeLane(lane.id);
        try {
          return await this.laneAfter({ claimed, verdicts, ownLane: lane });
        } finally {
          this.inHand.letLaneGo(lane.id);
        }
    }
  }

  private async laneAfter(task: Task): Promise<Lane | null> {
    const { settled } = await this.process(task);
    return settled.lane;
  }

  private async process(task: Task): Promise<Done> {
    const { id: eventId, source } = task.claimed.event;
    try {
      const { body } = task.claimed;
      return await (body === null ? this.large.push(task) : this.workAndSettle(task, body));
    } catch (error) {
      if (error instanceof AttemptGivenUpError) return NOTHING;
      const message = `not settled, left to the relay: ${(error as Error).message}`;
      this.logger.error({ message, eventId, source });
      return NOTHING;
    }
  }

  private async workAndSettle({ claimed, verdicts, ownLane }: Task, rawBody: Buffer): Promise<Done> {
    if (!this.catalog.knows(claimed.event.provider)) return this.leaveToOthers(claimed);
    const turn = verdicts && { verdicts, isAlone: ownLane !== null };
    const work = await this.workOnEvent.execute(claimed, rawBody, turn);
    const settled = await this.settle(work, ownLane);
    if (settled.ours) this.report.settled(claimed, work);
    return { settled, endsTurn: work.endsTurn };
  }

  private async settle({ settlement, isSettled }: Work, leavesLane: Lane | null): Promise<Settled> {
    return isSettled ? { ours: true, lane: null } : this.settlements.settle({ ...settlement, leavesLane });
  }

  /** While a new provider is rolled out, some workers have its folder and some do not. */
  private async leaveToOthers({ event: { id: eventId, source, provider } }: ClaimedEvent): Promise<Done> {
    const why = `no provider folder ${provider} in this worker; deploy it to every worker`;
    await this.claims.postpone(eventId, new Date(this.clock.now().getTime() + UNKNOWN_PROVIDER_MS), why);
    this.logger.warn({ message: why, eventId, source });
    return NOTHING;
  }
}
