import {
  Body,
  ConflictException,
  Controller,
  HttpCode,
  HttpStatus,
  Inject,
  NotFoundException,
  Param,
  Post,
  Res,
  ServiceUnavailableException,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { AuditEntry } from '../../audit/domain/audit-entry.js';
import { AdminCommand, Audit } from '../../audit/interface/admin-command.decorator.js';
import type { ReplayScope } from '../../ingestion/domain/event-status.js';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ADMIN_PROBLEMS, ApiProblems, BODY_PROBLEMS } from '../../platform/http/api-problems.js';
import { uuidParameter } from '../../platform/http/id-parameter.js';
import {
  DryRun,
  DryRunsBusyError,
  UnknownProviderError,
} from '../../processing/application/handlers/dry-run.js';
import { TAKES_SCOPE } from '../../replay/interface/replay-events.js';
import { EventCommands } from '../application/event-commands.js';
import {
  DiscardedEventView,
  DiscardEvent,
  DryRunView,
  dryRunView,
  EXAMPLES,
  ReplayEvent,
  ReplayedEventView,
} from './event-command-views.js';
import { EVENT_PARAMETER, noEvent, TAKES_EVENT_ID } from './event-parameter.js';
import { EVENT_ID } from './event-views.js';
import { TAKES_REASON } from './reason.js';

const UNDER_WAY = 'The event is still under way; replay it when it has ended.';
const NOTHING_FAILED = 'The event is PROCESSED, so nothing of it has failed; replay it with scope ALL.';
const BUSY = 'As many dry runs as may be are under way; send it again later.';
const IN_HAND = 'A worker has the event in hand; send it again later.';
const IS_PROCESSED = 'The event is PROCESSED; there is nothing left to discard.';

@ApiTags('events')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller('events')
@UseGuards(AdminKeyGuard)
export class EventCommandsController {
  constructor(
    @Inject(EventCommands) private readonly commands: EventCommands,
    @Inject(DryRun) private readonly dryRun: DryRun,
  ) {}

  @Post(':id/replay')
  @HttpCode(HttpStatus.ACCEPTED)
  @AdminCommand('operator', { name: 'event.replay', target: 'id', details: ['scope', 'dryRun'] })
  @ApiOperation({
    operationId: 'replayEvent',
    summary: 'Run the operations of an event again, as a new run; or with dryRun say what that would do',
  })
  @ApiParam(EVENT_PARAMETER)
  @ApiBody({
    type: ReplayEvent,
    required: false,
    examples: { all: { value: {} }, failed: { value: EXAMPLES.failed }, dryRun: { value: EXAMPLES.dry } },
  })
  @ApiAnswer(ReplayedEventView, 'The event is due again.', EXAMPLES.replayed, HttpStatus.ACCEPTED)
  @ApiAnswer(
    DryRunView,
    'With dryRun: what the handlers of the code that is deployed here would do. All was rolled back and nothing stored.',
    EXAMPLES.dryRun,
  )
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [TAKES_EVENT_ID, TAKES_SCOPE, BODY_PROBLEMS[400]],
    404: noEvent(EVENT_ID),
    409: [UNDER_WAY, NOTHING_FAILED, unknownProvider('stripe')],
    503: [BUSY, ...BODY_PROBLEMS[503]],
  })
  async replay(
    @Param('id', uuidParameter(TAKES_EVENT_ID)) id: string,
    @Body() { scope = 'ALL', dryRun = false }: ReplayEvent,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Audit() entry: AuditEntry,
  ): Promise<ReplayedEventView | DryRunView> {
    if (!dryRun) return this.replayNow(id, scope, entry);
    const view = await this.runDry(id, scope);
    void reply.status(HttpStatus.OK);
    return view;
  }

  @Post(':id/discard')
  @HttpCode(HttpStatus.OK)
  @AdminCommand('operator', { name: 'event.discard', target: 'id', details: ['reason'] })
  @ApiOperation({
    operationId: 'discardEvent',
    summary: 'Give an event up that is FAILED or waits; a replay brings it back',
  })
  @ApiParam(EVENT_PARAMETER)
  @ApiBody({ type: DiscardEvent, examples: { discard: { value: EXAMPLES.discard } } })
  @ApiAnswer(DiscardedEventView, 'The event is FAILED, and no dead letter.', EXAMPLES.discarded)
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [TAKES_EVENT_ID, TAKES_REASON, BODY_PROBLEMS[400]],
    404: noEvent(EVENT_ID),
    409: [IN_HAND, IS_PROCESSED],
  })
  async discard(
    @Param('id', uuidParameter(TAKES_EVENT_ID)) id: string,
    @Body() { reason }: DiscardEvent,
    @Audit() entry: AuditEntry,
  ): Promise<DiscardedEventView> {
    const outcome = await this.commands.discard(id, reason);
    switch (outcome) {
      case 'DISCARDED':
        entry.affected(1);
        return { id, status: 'FAILED', discardReason: reason };
      case 'NO_EVENT':
        throw new NotFoundException(noEvent(id));
      case 'IN_HAND':
        throw new ConflictException(IN_HAND);
      case 'PROCESSED':
        throw new ConflictException(IS_PROCESSED);
      default:
        return outcome satisfies never;
    }
  }

  private async replayNow(id: string, scope: ReplayScope, entry: AuditEntry): Promise<ReplayedEventView> {
    const outcome = await this.commands.replay(id, scope);
    switch (outcome) {
      case 'REPLAYED':
        entry.affected(1);
        return { id, status: 'RECEIVED' };
      case 'NO_EVENT':
        throw new NotFoundException(noEvent(id));
      case 'UNDER_WAY':
        throw new ConflictException(UNDER_WAY);
      case 'NOTHING_FAILED':
        throw new ConflictException(NOTHING_FAILED);
      default:
        return outcome satisfies never;
    }
  }

  private async runDry(id: string, scope: ReplayScope): Promise<DryRunView> {
    try {
      const report = await this.dryRun.execute(id, scope);
      if (!report) throw new NotFoundException(noEvent(id));
      return dryRunView(id, report);
    } catch (error) {
      if (error instanceof DryRunsBusyError) throw new ServiceUnavailableException(BUSY);
      if (error instanceof UnknownProviderError) throw new ConflictException(unknownProvider(error.message));
      throw error;
    }
  }
}

function unknownProvider(provider: string): string {
  return `This process has no provider folder ${provider}; ask one that has.`;
}
