import { Inject, Injectable } from '@nestjs/common';
import { ClaimStore } from '../infrastructure/claim-store.js';
import { PermitStore } from '../infrastructure/gates/permit-store.js';
import { LaneStore } from '../infrastructure/lanes/lane-store.js';
import { WorkerLease } from '../infrastructure/worker-lease.js';

/** The events and lanes that this process has, whose leases are to be kept alive. */
@Injectable()
export class InHand {
  /** By how many each is had: a delivery may ask for an event that the lane's turn has brought already, and go away again. */
  private readonly events = new Map<string, number>();
  private readonly lanes = new Set<string>();

  constructor(
    @Inject(ClaimStore) private readonly claims: ClaimStore,
    @Inject(LaneStore) private readonly laneStore: LaneStore,
    @Inject(WorkerLease) private readonly lease: WorkerLease,
    @Inject(PermitStore) private readonly permits: PermitStore,
  ) {}

  has(eventId: string): boolean {
    return this.events.has(eventId);
  }

  takeEvents(eventIds: readonly string[]): void {
    for (const id of eventIds) this.events.set(id, (this.events.get(id) ?? 0) + 1);
  }

  letEventGo(eventId: string): void {
    const others = (this.events.get(eventId) ?? 1) - 1;
    if (others > 0) this.events.set(eventId, others);
    else this.events.delete(eventId);
  }

  takeLane(laneId: string): void {
    this.lanes.add(laneId);
  }

  letLaneGo(laneId: string): void {
    this.lanes.delete(laneId);
  }

  /** Lanes first, and to the same end: an event whose turn it is must not stay in hand for longer than its lane. */
  async renew(): Promise<void> {
    const end = this.lease.end();
    await this.laneStore.renew([...this.lanes], end);
    await this.claims.renew([...this.events.keys()], end);
    await this.permits.renew();
  }

  /** Gives everything up unfinished, and what else the queue has given us. */
  async handBack(moreEvents: readonly string[]): Promise<number> {
    const unfinished = [...new Set([...moreEvents, ...this.events.keys()])];
    await this.permits.handBack();
    // Events first: in a lane whose events are still in hand its next holder would find nothing to do.
    await this.claims.handBack(unfinished);
    await this.laneStore.handBack([...this.lanes]);
    return unfinished.length;
  }
}
