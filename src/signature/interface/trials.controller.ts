import {
  BadRequestException,
  Body,
  ConflictException,
  Controller,
  HttpCode,
  HttpStatus,
  Inject,
  NotFoundException,
  Param,
  Post,
  Req,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { AdminCommand } from '../../audit/interface/admin-command.decorator.js';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { Clock } from '../../platform/clock.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { webhookOrigin } from '../../platform/http/caller.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ADMIN_PROBLEMS, ApiProblems, BODY_PROBLEMS } from '../../platform/http/api-problems.js';
import { givenTime } from '../../platform/http/time-parameter.js';
import { WEBHOOK_PATH } from '../../platform/http/webhook-path.js';
import { ProviderKeys } from '../application/keys/provider-keys.js';
import { Sources } from '../application/sources.js';
import { tryOut } from '../domain/trial.js';
import type { Source } from '../domain/verified-webhook.js';
import { CapturedRequest, requestFrom, TAKES_BODY } from './captured-request.js';
import { noSource } from './source-problems.js';
import { trialView, TrialView } from './trial-views.js';

const EXAMPLE_SOURCE = 'acme';
const SECRET_ID = '0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50';
const CAPTURED: CapturedRequest = {
  method: 'POST',
  headers: {
    'content-type': 'application/json',
    'X-Acme-Delivery': 'd-1017',
    'X-Acme-Signature': 't=1769860800,v1=3c99a9cc3dc2ddac245cb59403d9ee01c418707d2f6b1f188d3321f9561f2d0c',
  },
  body: '{"type":"order.paid","at":"2026-01-31T11:59:58Z","data":{"order":"o-7"}}',
  at: '2026-01-31T12:00:00Z',
};
const TRIED = {
  valid: true,
  accessRulesNotChecked: ['allowedAddresses'],
  secretId: SECRET_ID,
  reason: null,
  detail: null,
  headers: [{ name: 'x-acme-signature', value: CAPTURED.headers['X-Acme-Signature'] as string }],
  signed: {
    text: `1769860800.${CAPTURED.body}`,
    base64: Buffer.from(`1769860800.${CAPTURED.body}`).toString('base64'),
    length: 11 + CAPTURED.body.length,
  },
  expected: [{ secretId: SECRET_ID, begins: '3c99a9cc…' }],
  event: { id: 'd-1017', type: 'order.paid', orderingKey: 'o-7', occurredAt: '2026-01-31T11:59:58.000Z' },
} satisfies TrialView;

/** Shows why a request verifies or does not. Nothing is stored but that it was asked for. */
@ApiTags('sources')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller('sources/:name/verify')
@UseGuards(AdminKeyGuard)
export class TrialsController {
  constructor(
    @Inject(Sources) private readonly sources: Sources,
    @Inject(ProviderKeys) private readonly keys: ProviderKeys,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(APP_CONFIG)
    private readonly config: Pick<AppConfig, 'PUBLIC_URL' | 'ADMIN_PORT' | 'TRUSTED_PROXIES'>,
  ) {}

  // Not for viewers: it has keys fetched with a source's secret, and says how signatures begin.
  @Post()
  @HttpCode(HttpStatus.OK)
  @AdminCommand('operator', { name: 'source.verify', target: 'name' })
  @ApiOperation({
    operationId: 'verifyCapturedRequest',
    summary: 'Try a captured request: whether it would verify, why, and what would be read of its event',
    description:
      'Of any source, also a disabled one. It is not stored. No answer has a secret in it. The signature is tried, and not what the source asks for beside it: accessRulesNotChecked names that.',
  })
  @ApiParam({ name: 'name', example: EXAMPLE_SOURCE })
  @ApiBody({ type: CapturedRequest, examples: { captured: { value: CAPTURED } } })
  @ApiAnswer(TrialView, 'The verdict, and what it rests on.', TRIED)
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [TAKES_BODY, BODY_PROBLEMS[400]],
    404: noSource(EXAMPLE_SOURCE),
    409: unreadable('there is no provider acme in this process'),
  })
  async verify(
    @Param('name') name: string,
    @Body() captured: CapturedRequest,
    @Req() caller: FastifyRequest,
  ): Promise<TrialView> {
    const source = this.readable(name);
    const request = requestFrom(
      captured,
      (told) => {
        const origin = this.config.PUBLIC_URL ?? told ?? webhookOrigin(caller, this.config);
        return `${origin}${WEBHOOK_PATH}${name}`;
      },
      this.config.TRUSTED_PROXIES !== undefined,
    );
    if (!request) throw new BadRequestException(TAKES_BODY);
    const now = this.clock.now();
    const times = { at: givenTime(captured.at) ?? now, now };
    const known = await this.sources.valuesOf(source);
    return trialView(await tryOut(source, request, times, this.keys.forOneRequest(), known));
  }

  private readable(name: string): Source {
    const source = this.sources.find(name);
    if (!source) throw new NotFoundException(noSource(name));
    if ('problem' in source) throw new ConflictException(unreadable(source.problem));
    return source;
  }
}

function unreadable(problem: string): string {
  return `This process cannot verify what the source sends: ${problem}.`;
}
