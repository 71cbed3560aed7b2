import { ApiProperty } from '@nestjs/swagger';
import type { BreakerStanding, LimitInForce } from '../../processing/application/gates/steering.js';
import { BREAKER_STATES, type BreakerState } from '../../processing/domain/breaker.js';
import {
  GATE_KINDS,
  GATE_REASONS,
  type GateKind,
  gateName,
  type GateReason,
} from '../../processing/domain/gate.js';
import type { HeldCount } from '../application/held-queries.js';
import type { Pause, SetLimit } from './steering-bodies.js';

const TIME = { type: String, format: 'date-time' };
const SET_BY = ['ADMIN', 'HANDLER', 'NOBODY'] as const;
export const LIMIT_KINDS = ['source', 'handler'] as const satisfies readonly GateKind[];

export class PauseView {
  @ApiProperty({ enum: GATE_KINDS })
  kind!: GateKind;

  @ApiProperty()
  name!: string;

  @ApiProperty()
  reason!: string;

  @ApiProperty(TIME)
  pausedAt!: Date;
}

export class HeldPauseView extends PauseView {
  @ApiProperty({ description: 'How many operations it holds.' })
  held!: number;
}

export class ResumedView {
  @ApiProperty({ enum: GATE_KINDS })
  kind!: GateKind;

  @ApiProperty()
  name!: string;

  @ApiProperty({ description: 'How many operations it has held, which are run now.' })
  held!: number;
}

export class LimitView {
  @ApiProperty({ enum: LIMIT_KINDS })
  kind!: GateKind;

  @ApiProperty()
  name!: string;

  @ApiProperty({ type: Number, nullable: true, description: 'Operations at once.' })
  concurrency!: number | null;

  @ApiProperty({ type: Number, nullable: true, description: 'Operations that start within any second.' })
  ratePerSecond!: number | null;

  @ApiProperty({
    enum: SET_BY,
    description: "An admin, here, or the handler's code; NOBODY where there is no limit.",
  })
  setBy!: (typeof SET_BY)[number];
}

export class HeldLimitView extends LimitView {
  @ApiProperty({ description: 'How many operations wait for a place.' })
  held!: number;
}

export class BreakerView implements BreakerStanding {
  @ApiProperty()
  handler!: string;

  @ApiProperty({
    enum: BREAKER_STATES,
    description: 'OPEN: its operations are held. HALF_OPEN: but for one, which shows whether it works again.',
  })
  state!: BreakerState;

  @ApiProperty({ ...TIME, nullable: true })
  openedAt!: Date | null;

  @ApiProperty({ ...TIME, nullable: true, description: 'When one operation is let through to try it.' })
  retryAt!: Date | null;
}

export class HeldBreakerView extends BreakerView {
  @ApiProperty({ description: 'How many operations it holds.' })
  held!: number;
}

export class SteeringView {
  @ApiProperty({ type: [HeldPauseView] })
  pauses!: HeldPauseView[];

  @ApiProperty({ type: [HeldLimitView] })
  limits!: HeldLimitView[];

  @ApiProperty({ type: [HeldBreakerView], description: 'Of every handler that has one.' })
  breakers!: HeldBreakerView[];
}

/** What holds operations, for the statistics. */
export class HeldView implements HeldCount {
  @ApiProperty({ enum: GATE_REASONS })
  reason!: GateReason;

  @ApiProperty({ description: 'The kind of what holds them and its name.' })
  waitsFor!: string;

  @ApiProperty()
  operations!: number;
}

// What the views look like, for the documentation.

const PAUSE = {
  kind: 'handler',
  name: 'RecordInvoice',
  reason: 'the ledger is being migrated',
  pausedAt: new Date('2026-01-31T12:00:00.000Z'),
} satisfies PauseView;
const LIMIT = {
  kind: 'source',
  name: 'stripe-eu',
  concurrency: 4,
  ratePerSecond: null,
  setBy: 'ADMIN',
} satisfies LimitView;
const BREAKER = {
  handler: 'RecordOrder',
  state: 'OPEN',
  openedAt: new Date('2026-01-31T12:00:00.000Z'),
  retryAt: new Date('2026-01-31T12:00:30.000Z'),
} satisfies BreakerView;

export const EXAMPLES = {
  pause: { reason: PAUSE.reason } satisfies Pause,
  paused: PAUSE,
  resumed: { kind: PAUSE.kind, name: PAUSE.name, held: 1204 } satisfies ResumedView,
  setLimit: { concurrency: 4 } satisfies SetLimit,
  limit: LIMIT,
  noLimit: { ...LIMIT, concurrency: null, setBy: 'NOBODY' } satisfies LimitView,
  steering: {
    pauses: [{ ...PAUSE, held: 1204 }],
    limits: [{ ...LIMIT, held: 12 }],
    breakers: [{ ...BREAKER, held: 310 }],
  } satisfies SteeringView,
  held: [{ reason: 'PAUSE', waitsFor: 'handler:RecordInvoice', operations: 1204 }] satisfies HeldView[],
  breakers: [BREAKER],
};

/** A limit as it is in force; with nothing in it where there is none. */
export function limitView(
  kind: GateKind,
  name: string,
  limit: LimitInForce | null,
): Pick<LimitView, keyof LimitView> {
  return {
    kind,
    name,
    concurrency: limit?.concurrency ?? null,
    ratePerSecond: limit?.ratePerSecond ?? null,
    setBy: limit === null ? 'NOBODY' : limit.isSet ? 'ADMIN' : 'HANDLER',
  };
}

/** How many operations a gate holds. */
export function heldAt(
  counts: readonly HeldCount[],
  reason: GateReason,
  kind: GateKind,
  name: string,
): number {
  const gate = gateName(kind, name);
  const count = counts.find((held) => held.reason === reason && held.waitsFor === gate);
  return count?.operations ?? 0;
}
