import {
  BadRequestException,
  Body,
  Controller,
  Delete,
  Get,
  Inject,
  NotFoundException,
  Param,
  Put,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
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
import { Steering } from '../../processing/application/gates/steering.js';
import { GATE_KINDS, type GateKind, gateName } from '../../processing/domain/gate.js';
import type { Limit } from '../../processing/domain/limit.js';
import { GateNames } from '../application/gate-names.js';
import { HeldQueries } from '../application/held-queries.js';
import { kindParameter, noGate, oneOf, takesKind } from './gate-parameters.js';
import { TAKES_REASON } from './reason.js';
import { Pause, SetLimit, TAKES_CONCURRENCY } from './steering-bodies.js';
import {
  EXAMPLES,
  heldAt,
  LIMIT_KINDS,
  limitView,
  LimitView,
  PauseView,
  ResumedView,
  SteeringView,
} from './steering-views.js';

const TAKES_LIMIT = 'Send concurrency, ratePerSecond or both; DELETE takes a limit away.';
const KIND = kindParameter(GATE_KINDS, EXAMPLES.paused.kind);
const LIMIT_KIND = kindParameter(LIMIT_KINDS, EXAMPLES.limit.kind);
const NO_HANDLER = noGate('handler', EXAMPLES.paused.name, 'there are RecordOrder, RecordPayment');
const NO_PROVIDER = noGate(
  'provider',
  'custom:amce',
  'GET /providers lists those with a folder, GET /sources has those of your own',
);
const NO_SOURCE = noGate('source', EXAMPLES.limit.name, 'GET /sources lists those that there are');

/** Holding operations back while accepting goes on, and letting them go. */
@ApiTags('steering')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller()
@UseGuards(AdminKeyGuard)
export class SteeringController {
  constructor(
    @Inject(Steering) private readonly steering: Steering,
    @Inject(HeldQueries) private readonly held: HeldQueries,
    @Inject(GateNames) private readonly names: GateNames,
  ) {}

  @Get('steering')
  @ApiOperation({
    operationId: 'getSteering',
    summary: 'What is paused, limited and tripped, and how much that holds',
  })
  @ApiAnswer(SteeringView, 'All that holds operations or may do so.', EXAMPLES.steering)
  async show(): Promise<SteeringView> {
    const counts = await this.held.byGate();
    return {
      pauses: this.steering.pauses().map(({ kind, name, reason, pausedAt }) => ({
        ...{ kind, name, reason, pausedAt },
        held: heldAt(counts, 'PAUSE', kind, name),
      })),
      limits: this.steering.limits().map((limit) => ({
        ...limitView(limit.kind, limit.name, limit),
        held: heldAt(counts, 'LIMIT', limit.kind, limit.name),
      })),
      breakers: this.steering.breakers().map((breaker) => ({
        ...breaker,
        held: heldAt(counts, 'BREAKER', 'handler', breaker.handler),
      })),
    };
  }

  @Put('pauses/:kind/:name')
  @AdminCommand('operator', { name: 'processing.pause', target: 'name', details: ['kind', 'reason'] })
  @ApiOperation({
    operationId: 'pause',
    summary:
      'Process nothing more of a source, of a provider or by a handler, in any worker, within a second',
    description:
      'Webhooks are accepted as before. Operations under way end; the others wait until they are resumed.',
  })
  @ApiParam(KIND)
  @ApiParam({ name: 'name', example: EXAMPLES.paused.name })
  @ApiBody({ type: Pause, examples: { migration: { value: EXAMPLES.pause } } })
  @ApiAnswer(PauseView, 'It is paused; it may have been before.', EXAMPLES.paused)
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [TAKES_REASON, takesKind(GATE_KINDS), BODY_PROBLEMS[400]],
    404: [NO_HANDLER, NO_PROVIDER],
  })
  async pause(
    @Param('kind', oneOf(GATE_KINDS)) kind: GateKind,
    @Param('name') name: string,
    @Body() { reason }: Pause,
  ): Promise<PauseView> {
    await this.mustExist(kind, name);
    return this.steering.pause(kind, name, reason);
  }

  @Delete('pauses/:kind/:name')
  @AdminCommand('operator', { name: 'processing.resume', target: 'name', details: ['kind'] })
  @ApiOperation({ operationId: 'resume', summary: 'Process again what was paused, and what it has held' })
  @ApiParam(KIND)
  @ApiParam({ name: 'name', example: EXAMPLES.paused.name })
  @ApiAnswer(ResumedView, 'It is not paused any more; it may not have been before.', EXAMPLES.resumed)
  @ApiProblems({ ...COMMAND_PROBLEMS, 400: takesKind(GATE_KINDS), 404: [NO_HANDLER, NO_PROVIDER] })
  async resume(
    @Param('kind', oneOf(GATE_KINDS)) kind: GateKind,
    @Param('name') name: string,
    @Audit() entry: AuditEntry,
  ): Promise<ResumedView> {
    // One whose code is gone can still be resumed.
    const isKnown = this.steering.pauses().some((pause) => pause.kind === kind && pause.name === name);
    if (!isKnown) await this.mustExist(kind, name);
    const held = await this.held.countAt({ reason: 'PAUSE', waitsFor: gateName(kind, name) });
    await this.steering.resume(kind, name);
    entry.affected(held);
    return { kind, name, held };
  }

  @Put('limits/:kind/:name')
  @AdminCommand('operator', {
    name: 'limit.set',
    target: 'name',
    details: ['kind', 'concurrency', 'ratePerSecond'],
  })
  @ApiOperation({
    operationId: 'setLimit',
    summary:
      'Bound how many operations of a source or a handler run at once or start in a second, in all workers',
    description: 'What is left out stays as the handler declares it.',
  })
  @ApiParam(LIMIT_KIND)
  @ApiParam({ name: 'name', example: EXAMPLES.limit.name })
  @ApiBody({ type: SetLimit, examples: { four: { value: EXAMPLES.setLimit } } })
  @ApiAnswer(LimitView, 'The limit in force.', EXAMPLES.limit)
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [TAKES_CONCURRENCY, TAKES_LIMIT, takesKind(LIMIT_KINDS), BODY_PROBLEMS[400]],
    404: NO_SOURCE,
  })
  async setLimit(
    @Param('kind', oneOf(LIMIT_KINDS)) kind: GateKind,
    @Param('name') name: string,
    @Body() body: SetLimit,
  ): Promise<LimitView> {
    const { concurrency = null, ratePerSecond = null }: Partial<Limit> = body;
    if (concurrency === null && ratePerSecond === null) throw new BadRequestException(TAKES_LIMIT);
    await this.mustExist(kind, name);
    await this.steering.setLimit(kind, name, { concurrency, ratePerSecond });
    return limitView(kind, name, this.steering.limitOf(kind, name));
  }

  @Delete('limits/:kind/:name')
  @AdminCommand('operator', { name: 'limit.remove', target: 'name', details: ['kind'] })
  @ApiOperation({
    operationId: 'removeLimit',
    summary: 'Take a limit away that was set here; what a handler declares is in force again',
  })
  @ApiParam(LIMIT_KIND)
  @ApiParam({ name: 'name', example: EXAMPLES.limit.name })
  @ApiAnswer(LimitView, 'The limit in force.', EXAMPLES.noLimit)
  @ApiProblems({ ...COMMAND_PROBLEMS, 400: takesKind(LIMIT_KINDS), 404: NO_SOURCE })
  async removeLimit(
    @Param('kind', oneOf(LIMIT_KINDS)) kind: GateKind,
    @Param('name') name: string,
  ): Promise<LimitView> {
    if (!this.steering.limitOf(kind, name)?.isSet) await this.mustExist(kind, name);
    await this.steering.removeLimit(kind, name);
    return limitView(kind, name, this.steering.limitOf(kind, name));
  }

  private async mustExist(kind: GateKind, name: string): Promise<void> {
    if (await this.names.exists(kind, name)) return;
    throw new NotFoundException(noGate(kind, name, this.names.hint(kind)));
  }
}
