import { Inject, Injectable } from '@nestjs/common';
import { LaneStore } from '../infrastructure/lane-store.js';
import { ProcessingStore } from '../infrastructure/processing-store.js';

/** The events and lanes that this process has, whose leases are to be kept alive. */
@Injectable()
export class InHand {
  private readonly events = new Set<string>();
  private readonly lanes = new Set<string>();

  constructor(
    @Inject(ProcessingStore) private readonly store: ProcessingStore,
    @Inject(LaneStore) private readonly laneStore: LaneStore,
  ) {}

  has(eventId: string): boolean {
    return this.events.has(eventId);
  }

  takeEvents(eventIds: readonly string[]): void {
    for (const id of eventIds) this.events.add(id);
  }

  letEventGo(eventId: string): void {
    this.events.delete(eventId);
  }

  takeLane(laneId: string): void {
    this.lanes.add(laneId);
  }

  letLaneGo(laneId: string): void {
    this.lanes.delete(laneId);
  }

  async renew(): Promise<void> {
    await Promise.all([this.store.renewLeases([...this.events]), this.laneStore.renew([...this.lanes])]);
  }

  /** Gives everything up unfinished, and what else the queue has given us. */
  async handBack(moreEvents: readonly string[]): Promise<number> {
    const unfinished = [...new Set([...moreEvents, ...this.events])];
    await this.laneStore.handBack([...this.lanes]);
    await this.store.handBack(unfinished);
    return unfinished.length;
  }
}
