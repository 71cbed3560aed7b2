import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import type { EventEntity } from '../../ingestion/infrastructure/event.entity.js';
import { ATTEMPT_OUTCOMES, type AttemptOutcome } from '../../processing/domain/attempt.js';
import { HOLD_REASONS, type HoldReason } from '../../processing/domain/hold.js';
import { attemptsOfRun, standingOf } from '../../processing/domain/operations.js';
import type { AttemptEntity } from '../../processing/infrastructure/attempt.entity.js';
import type { HoldEntity } from '../../processing/infrastructure/hold.entity.js';
import type { EventDetail } from '../application/event-queries.js';

const TIME = { type: String, format: 'date-time' };
/** Any JSON; left to itself, Nest would call it an object. */
export const ANY = {
  oneOf: [
    { type: 'object', nullable: true },
    { type: 'array', items: {} },
    ...['string', 'number', 'boolean'].map((type) => ({ type })),
  ],
};
/** Null; OpenAPI 3.0 has no shorter word for it. */
const NOTHING = { type: 'object', nullable: true, maxProperties: 0 };
const OPERATION_STATUSES = ['SUCCEEDED', 'SUPERSEDED', 'PENDING', 'FAILED'] as const;
type OperationStatus = (typeof OPERATION_STATUSES)[number];

export class AttemptView {
  @ApiProperty({ description: '0 for the original delivery, then one more for each replay.' })
  run!: number;

  @ApiProperty({ description: 'It belongs to a replay.' })
  replay!: boolean;

  @ApiProperty({ description: 'From 1 in each run.' })
  attempt!: number;

  @ApiProperty({ enum: ATTEMPT_OUTCOMES })
  outcome!: AttemptOutcome;

  @ApiProperty(TIME)
  startedAt!: Date;

  @ApiProperty()
  durationMs!: number;

  @ApiProperty({ ...ANY, description: 'JSON that the handler returned.' })
  result!: unknown;

  @ApiProperty({ type: String, nullable: true, description: 'The error with its stack.' })
  error!: string | null;

  @ApiProperty({ ...TIME, nullable: true })
  retryAt!: Date | null;
}

export class WaitingForView {
  @ApiProperty({ enum: HOLD_REASONS })
  reason!: HoldReason;

  @ApiProperty({ description: "Missing event types, the handler's own reason, or the gate's name." })
  for!: string;

  @ApiProperty(TIME)
  since!: Date;

  @ApiProperty({ ...TIME, nullable: true, description: 'When it gives up waiting.' })
  deadline!: Date | null;

  @ApiProperty({ ...TIME, nullable: true, description: 'When it is looked at again, if ever by itself.' })
  nextAt!: Date | null;
}

@ApiExtraModels(WaitingForView)
export class OperationView {
  @ApiProperty()
  handler!: string;

  @ApiProperty({ enum: OPERATION_STATUSES, description: 'In the last run.' })
  status!: OperationStatus;

  @ApiProperty({ ...ANY, description: 'Result of the last attempt.' })
  result!: unknown;

  @ApiProperty({ oneOf: [{ $ref: getSchemaPath(WaitingForView) }, NOTHING] })
  waitingFor!: WaitingForView | null;

  @ApiProperty({ type: [AttemptView], description: 'Of all runs.' })
  attempts!: AttemptView[];
}

/** What an operation looks like, for the documentation. */
export const OPERATION_EXAMPLE: OperationView = {
  handler: 'RecordInvoice',
  status: 'SUCCEEDED',
  result: { invoice: 'in_1PqTbxKZ7mY', status: 'paid' },
  waitingFor: null,
  attempts: [
    {
      run: 0,
      replay: false,
      attempt: 1,
      outcome: 'SUCCEEDED',
      startedAt: new Date('2026-01-31T12:00:00.008Z'),
      durationMs: 12,
      result: { invoice: 'in_1PqTbxKZ7mY', status: 'paid' },
      error: null,
      retryAt: null,
    },
  ],
};

/** Every operation that has left an attempt or waits for something. */
export function operationViews({ event, attempts, holds }: EventDetail): OperationView[] {
  const handlers = new Set([...attempts, ...holds].map(({ handler }) => handler));
  return [...handlers].map((handler) => {
    const own = attempts.filter((attempt) => attempt.handler === handler);
    const views = own.map(attemptView);
    const hold = holds.find((held) => held.handler === handler);
    return {
      handler,
      status: statusOf(event, handler, own, holds),
      result: views.at(-1)?.result ?? null,
      waitingFor: hold ? waitingForView(hold) : null,
      attempts: views,
    };
  });
}

function statusOf(
  { status, run, replayScope: scope }: EventEntity,
  handler: string,
  own: readonly AttemptEntity[],
  holds: readonly HoldEntity[],
): OperationStatus {
  const attempts = attemptsOfRun({ run, scope }, own);
  // What an ended event has not come to in its last run, for its handler is gone or it was discarded, is as it was left before.
  const known = status === 'RECEIVED' || attempts.length > 0 ? attempts : own;
  const standing = standingOf(handler, { attempts: known, holds });
  if (!standing.ended) return status === 'RECEIVED' ? 'PENDING' : 'FAILED';
  if (!standing.succeeded) return 'FAILED';
  return known.at(-1)?.outcome === 'SUPERSEDED' ? 'SUPERSEDED' : 'SUCCEEDED';
}

function waitingForView({ reason, waitsFor, since, deadline, dueAt }: HoldEntity): WaitingForView {
  return { reason, for: waitsFor, since, deadline, nextAt: dueAt };
}

function attemptView(tried: AttemptEntity): AttemptView {
  const { run, attempt, outcome, startedAt, durationMs, result, error, retryAt } = tried;
  return {
    run,
    replay: run > 0,
    attempt,
    outcome,
    startedAt,
    durationMs,
    result: result === null ? null : (JSON.parse(result) as unknown),
    error,
    retryAt,
  };
}
