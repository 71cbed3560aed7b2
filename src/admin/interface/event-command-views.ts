import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn } from 'class-validator';
import {
  EVENT_STATUSES,
  type EventStatus,
  REPLAY_SCOPES,
  type ReplayScope,
} from '../../ingestion/domain/event-status.js';
import {
  DRY_RUN_OUTCOMES,
  type DryRunOutcome,
  type DryRunReport,
} from '../../processing/application/handlers/dry-run.js';
import { MayBeMissing } from '../../platform/http/may-be-missing.decorator.js';
import { SCOPE, TAKES_SCOPE } from '../../replay/interface/replay-events.js';
import { EVENT_ID } from './event-views.js';
import { ANY } from './operation-views.js';
import { IsReason } from './reason.js';

export class ReplayEvent {
  @ApiPropertyOptional(SCOPE)
  @MayBeMissing()
  @IsIn(REPLAY_SCOPES, { message: TAKES_SCOPE })
  scope?: ReplayScope;

  @ApiPropertyOptional({
    default: false,
    description: 'true: says what the handlers would do, and changes nothing.',
  })
  @MayBeMissing()
  @IsBoolean({ message: 'dryRun must be true or false.' })
  dryRun?: boolean;
}

export class DiscardEvent {
  @IsReason('Why, for whoever finds it.')
  reason!: string;
}

export class ReplayedEventView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: EVENT_STATUSES })
  status!: EventStatus;
}

export class TableChangeView {
  @ApiProperty()
  table!: string;

  @ApiProperty({ description: 'Inserted, updated (also where the values stayed the same) or deleted.' })
  rows!: number;
}

export class DryOperationView {
  @ApiProperty()
  handler!: string;

  @ApiProperty({
    enum: DRY_RUN_OUTCOMES,
    description:
      'LATER: it would put itself off. WOULD_CALL: it has come to a call to the outside, and was ended there. NOT_RUN: see error.',
  })
  outcome!: DryRunOutcome;

  @ApiProperty({ ...ANY, description: 'JSON that the handler returned.' })
  result!: unknown;

  @ApiProperty({ type: String, nullable: true, description: 'The error with its stack, or the reason.' })
  error!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'The key of the call that was not made.' })
  sideEffect!: string | null;

  @ApiProperty({ type: [TableChangeView], description: 'Through context.transaction(), and rolled back.' })
  rowsChanged!: TableChangeView[];

  @ApiProperty()
  durationMs!: number;
}

export class DryRunView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: 'Its body is neither JSON nor a form, so no handler would be run.' })
  malformed!: boolean;

  @ApiProperty({ type: [DryOperationView], description: 'None where no handler takes its type.' })
  operations!: DryOperationView[];
}

export class DiscardedEventView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: EVENT_STATUSES })
  status!: EventStatus;

  @ApiProperty()
  discardReason!: string;
}

export const EXAMPLES = {
  failed: { scope: 'FAILED' } satisfies ReplayEvent,
  dry: { dryRun: true } satisfies ReplayEvent,
  replayed: { id: EVENT_ID, status: 'RECEIVED' } satisfies ReplayedEventView,
  dryRun: {
    id: EVENT_ID,
    malformed: false,
    operations: [
      {
        handler: 'RecordInvoice',
        outcome: 'SUCCEEDED',
        result: { invoice: 'in_1PqTbxKZ7mY', status: 'paid' },
        error: null,
        sideEffect: null,
        rowsChanged: [{ table: 'stripe_invoices', rows: 1 }],
        durationMs: 4,
      },
    ],
  } satisfies DryRunView,
  discard: { reason: 'The order was cancelled by hand.' } satisfies DiscardEvent,
  discarded: {
    id: EVENT_ID,
    status: 'FAILED',
    discardReason: 'The order was cancelled by hand.',
  } satisfies DiscardedEventView,
};

export function dryRunView(id: string, { malformed, operations }: DryRunReport): DryRunView {
  return {
    id,
    malformed,
    operations: operations.map(({ result, rowsChanged, ...operation }) => ({
      ...operation,
      result: result === null ? null : (JSON.parse(result) as unknown),
      rowsChanged: [...rowsChanged],
    })),
  };
}
