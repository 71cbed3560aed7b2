import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import { Clock } from '../../platform/clock.js';
import type { Page, PageBounds } from '../../platform/database/page.js';
import type { Replay, ReplayPlan, ReplayRequest } from '../domain/replay.js';
import { filterJson } from '../infrastructure/replay-rows.js';
import { ReplayStore } from '../infrastructure/replay-store.js';
import { Confirmations } from './confirmations.js';

const CONFIRM_WITHIN_MS = 10 * 60_000;

/** What a request would replay, and the token that starts it. */
export interface Proposal {
  readonly count: number;
  readonly confirm: string;
  readonly expiresAt: Date;
}

/** Why a token starts nothing. */
export type ConfirmationFault = 'UNKNOWN' | 'OTHER_REQUEST' | 'EXPIRED';

/** The token does not start this request. */
export class ConfirmationError extends Error {
  override readonly name = 'ConfirmationError';

  constructor(readonly fault: ConfirmationFault) {
    super(fault);
  }
}

/** Replays of many events: counted first, and started by who has seen the count. */
@Injectable()
export class Replays {
  constructor(
    @Inject(ReplayStore) private readonly store: ReplayStore,
    @Inject(Confirmations) private readonly confirmations: Confirmations,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  /** Counts, and changes nothing. */
  async propose(request: ReplayRequest): Promise<Proposal> {
    const countedAt = this.clock.now();
    const counted = await this.store.count({ ...request, countedAt });
    const plan: ReplayPlan = {
      ...request,
      ...counted,
      id: uuidV7({ msecs: countedAt.getTime() }),
      countedAt,
    };
    return { count: plan.total, confirm: await this.confirmations.sign(plan), expiresAt: endOf(plan) };
  }

  /**
   * Starts what was proposed. A token that has started a replay gives the same one again, also when it has expired meanwhile.
   * @throws ConfirmationError when the token is not the one that this request was answered with, or too old
   */
  async confirm(request: ReplayRequest, token: string): Promise<Replay> {
    const plan = await this.confirmations.read(token);
    if (!plan) throw new ConfirmationError('UNKNOWN');
    if (!isSame(plan, request)) throw new ConfirmationError('OTHER_REQUEST');
    const started = await this.store.find(plan.id);
    if (started) return started;
    if (endOf(plan) <= this.clock.now()) throw new ConfirmationError('EXPIRED');
    return this.store.start(plan);
  }

  list(bounds: PageBounds): Promise<Page<Replay>> {
    return this.store.list(bounds);
  }

  find(id: string): Promise<Replay | null> {
    return this.store.find(id);
  }

  /** The replay as it is then: CANCELLED, or DONE where that came first; null where there is none. */
  async cancel(id: string): Promise<Replay | null> {
    await this.store.cancel(id);
    return this.store.find(id);
  }
}

function endOf({ countedAt }: ReplayPlan): Date {
  return new Date(countedAt.getTime() + CONFIRM_WITHIN_MS);
}

function isSame(a: ReplayRequest, b: ReplayRequest): boolean {
  return (
    filterJson(a.filter) === filterJson(b.filter) &&
    a.scope === b.scope &&
    a.ratePerSecond === b.ratePerSecond
  );
}
