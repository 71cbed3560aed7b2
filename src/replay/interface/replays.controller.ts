import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  Get,
  HttpCode,
  HttpStatus,
  Inject,
  NotFoundException,
  Param,
  Post,
  Query,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { AuditEntry } from '../../audit/domain/audit-entry.js';
import { AdminCommand, Audit } from '../../audit/interface/admin-command.decorator.js';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import {
  ADMIN_PROBLEMS,
  ApiProblems,
  BODY_PROBLEMS,
  COMMAND_PROBLEMS,
} from '../../platform/http/api-problems.js';
import { uuidParameter } from '../../platform/http/id-parameter.js';
import { pageBounds, PageQuery, TAKES_LIMIT } from '../../platform/http/page-query.js';
import { ConfirmationError, type ConfirmationFault, Replays } from '../application/replays.js';
import type { Replay, ReplayRequest } from '../domain/replay.js';
import { ReplayEvents, replayRequest } from './replay-events.js';
import { EXAMPLES, ProposalView, REPLAY_ID, ReplayListView, ReplayView, replayView } from './replay-views.js';

const ID = { name: 'id', format: 'uuid', example: REPLAY_ID };
const TAKES_ID = 'id must be the UUID of a replay.';
const NO_FILTER =
  'Say which events: at least one of status, source, type, unhandled, discarded, from, to must be given.';
const IS_DONE = 'The replay is DONE; there is nothing left to cancel.';
const FAULTS: Readonly<Record<ConfirmationFault, string>> = {
  UNKNOWN:
    'confirm is no token of this installation; send the request without it, and then with what that answers.',
  OTHER_REQUEST:
    'confirm was given for another filter, scope or ratePerSecond; send the same body again that it was given for.',
  EXPIRED: 'confirm has expired; send the request without it, and then with what that answers.',
};

@ApiTags('replays')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller()
@UseGuards(AdminKeyGuard)
export class ReplaysController {
  constructor(@Inject(Replays) private readonly replays: Replays) {}

  @Post('events/replay')
  @HttpCode(HttpStatus.OK)
  @AdminCommand('operator', {
    name: 'events.replay',
    details: ['status', 'source', 'type', 'unhandled', 'discarded', 'from', 'to', 'scope', 'ratePerSecond'],
  })
  @ApiOperation({
    operationId: 'replayEvents',
    summary: 'Run all events again that a filter lets through: counts them, and starts when it is confirmed',
  })
  @ApiBody({
    type: ReplayEvents,
    examples: { count: { value: EXAMPLES.count }, start: { value: EXAMPLES.start } },
  })
  @ApiAnswer(ProposalView, 'Without confirm: how many there are. Nothing has changed.', EXAMPLES.proposal)
  @ApiAnswer(
    ReplayView,
    'With confirm: the replay, which has started; the same one however often it is sent.',
    EXAMPLES.started,
    HttpStatus.ACCEPTED,
  )
  @ApiProblems({ ...BODY_PROBLEMS, 400: [NO_FILTER, ...Object.values(FAULTS), BODY_PROBLEMS[400]] })
  async replay(
    @Body() body: ReplayEvents,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Audit() entry: AuditEntry,
  ): Promise<ProposalView | ReplayView> {
    const request = replayRequest(body);
    if (!request) throw new BadRequestException(NO_FILTER);
    if (body.confirm === undefined) return this.replays.propose(request);
    const replay = await this.confirm(request, body.confirm);
    entry.affected(replay.total);
    entry.note({ replay: replay.id });
    void reply.status(HttpStatus.ACCEPTED);
    return replayView(replay);
  }

  @Get('replays')
  @ApiOperation({ operationId: 'listReplays', summary: 'List replays of many events, newest first' })
  @ApiAnswer(ReplayListView, 'A page of replays.', EXAMPLES.list)
  @ApiProblems({ 400: TAKES_LIMIT })
  async list(@Query() query: PageQuery): Promise<ReplayListView> {
    const { items, next } = await this.replays.list(pageBounds(query));
    return { replays: items.map(replayView), nextCursor: next };
  }

  @Get('replays/:id')
  @ApiOperation({ operationId: 'getReplay', summary: 'Show how far a replay has come' })
  @ApiParam(ID)
  @ApiAnswer(ReplayView, 'The replay.', EXAMPLES.running)
  @ApiProblems({ 400: TAKES_ID, 404: noReplay(REPLAY_ID) })
  async find(@Param('id', uuidParameter(TAKES_ID)) id: string): Promise<ReplayView> {
    return replayView(found(id, await this.replays.find(id)));
  }

  @Post('replays/:id/cancel')
  @HttpCode(HttpStatus.OK)
  @AdminCommand('operator', { name: 'replay.cancel', target: 'id' })
  @ApiOperation({
    operationId: 'cancelReplay',
    summary: 'Stop a replay; what it has replayed by then goes on',
  })
  @ApiParam(ID)
  @ApiAnswer(ReplayView, 'The replay, which replays nothing more.', EXAMPLES.cancelled)
  @ApiProblems({ ...COMMAND_PROBLEMS, 400: TAKES_ID, 404: noReplay(REPLAY_ID), 409: IS_DONE })
  async cancel(@Param('id', uuidParameter(TAKES_ID)) id: string): Promise<ReplayView> {
    const replay = found(id, await this.replays.cancel(id));
    if (replay.status === 'DONE') throw new ConflictException(IS_DONE);
    return replayView(replay);
  }

  private async confirm(request: ReplayRequest, token: string): Promise<Replay> {
    try {
      return await this.replays.confirm(request, token);
    } catch (error) {
      if (error instanceof ConfirmationError) throw new BadRequestException(FAULTS[error.fault]);
      throw error;
    }
  }
}

function found(id: string, replay: Replay | null): Replay {
  if (replay) return replay;
  throw new NotFoundException(noReplay(id));
}

function noReplay(id: string): string {
  return `There is no replay ${id}; GET /replays lists those that there are.`;
}
