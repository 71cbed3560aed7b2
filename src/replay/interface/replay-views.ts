import { ApiProperty } from '@nestjs/swagger';
import type { EventFilter } from '../../ingestion/domain/event-filter.js';
import { REPLAY_SCOPES, type ReplayScope } from '../../ingestion/domain/event-status.js';
import { REPLAY_STATUSES, type Replay, type ReplayStatus } from '../domain/replay.js';
import { type ReplayEvents, ReplayFilter } from './replay-events.js';

const TIME = { type: String, format: 'date-time' };

export const REPLAY_ID = '0198c2a9-1b64-7d02-8a3c-5e6f7a8b9c0d';

/** How many events a replay would be about. */
export class ProposalView {
  @ApiProperty()
  count!: number;

  @ApiProperty({ description: 'Send the same body again with it, and the replay starts.' })
  confirm!: string;

  @ApiProperty({ ...TIME, description: 'Until when it can be started.' })
  expiresAt!: Date;
}

/** A replay of all events that a filter lets through, as far as it has come. */
export class ReplayView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: REPLAY_STATUSES })
  status!: ReplayStatus;

  @ApiProperty({ type: ReplayFilter })
  filter!: ReplayFilter;

  @ApiProperty({ enum: REPLAY_SCOPES })
  scope!: ReplayScope;

  @ApiProperty()
  ratePerSecond!: number;

  @ApiProperty({ description: 'Events that were counted.' })
  total!: number;

  @ApiProperty({ description: 'Events that it has made due again so far.' })
  replayed!: number;

  @ApiProperty({
    description: 'Events that were counted and had changed by their turn; known once it is DONE.',
  })
  skipped!: number;

  @ApiProperty({ ...TIME, description: 'When they were counted; what has ended later is not replayed.' })
  countedAt!: Date;

  @ApiProperty(TIME)
  startedAt!: Date;

  @ApiProperty({ ...TIME, nullable: true })
  finishedAt!: Date | null;

  @ApiProperty({ ...TIME, nullable: true })
  cancelledAt!: Date | null;
}

export class ReplayListView {
  @ApiProperty({ type: [ReplayView] })
  replays!: ReplayView[];

  @ApiProperty({
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'Send it as cursor for the next page; null on the last.',
  })
  nextCursor!: string | null;
}

const FILTER = { status: 'FAILED', source: 'stripe-eu', from: '2026-01-31T00:00:00.000Z' } as const;
const PROPOSAL: ProposalView = {
  count: 1041,
  confirm: 'eyJpZCI6IjAxOThjMmE5In0.k3tq0mX7Yb5rVwJtUe1cZ8nGh2dLpS4oAiFyRxQvBKM',
  expiresAt: new Date('2026-01-31T12:10:00.000Z'),
};
const RUNNING = {
  id: REPLAY_ID,
  status: 'RUNNING',
  filter: FILTER,
  scope: 'FAILED',
  ratePerSecond: 50,
  total: PROPOSAL.count,
  replayed: 350,
  skipped: 0,
  countedAt: new Date('2026-01-31T12:00:00.000Z'),
  startedAt: new Date('2026-01-31T12:00:12.000Z'),
  finishedAt: null,
  cancelledAt: null,
} satisfies ReplayView;

export const EXAMPLES = {
  count: { ...FILTER, scope: 'FAILED', ratePerSecond: 50 } satisfies ReplayEvents,
  start: { ...FILTER, scope: 'FAILED', ratePerSecond: 50, confirm: PROPOSAL.confirm } satisfies ReplayEvents,
  proposal: PROPOSAL,
  started: { ...RUNNING, replayed: 0 } satisfies ReplayView,
  running: RUNNING,
  cancelled: {
    ...RUNNING,
    status: 'CANCELLED',
    cancelledAt: new Date('2026-01-31T12:00:19.000Z'),
  } satisfies ReplayView,
  list: { replays: [RUNNING], nextCursor: REPLAY_ID } satisfies ReplayListView,
};

export function replayView(replay: Replay): ReplayView {
  const { id, status, scope, ratePerSecond, total, replayed, skipped } = replay;
  const { countedAt, startedAt, finishedAt, cancelledAt } = replay;
  return {
    ...{ id, status, filter: filterView(replay.filter), scope, ratePerSecond, total, replayed, skipped },
    ...{ countedAt, startedAt, finishedAt, cancelledAt },
  };
}

/** As it was asked for. */
function filterView({ from, to, ...rest }: EventFilter): ReplayFilter {
  return {
    ...rest,
    ...(from && { from: from.toISOString() }),
    ...(to && { to: to.toISOString() }),
  } as ReplayFilter;
}
