import {
  Controller,
  Get,
  Inject,
  Logger,
  Post,
  Req,
  Res,
  ServiceUnavailableException,
  UseGuards,
} from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { answerTo, jsonAnswer, type ProviderAnswer } from 'hookwell/handler-kit';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ApiProblems, INTERNAL_ERROR } from '../../platform/http/api-problems.js';
import {
  BROKEN_OFF,
  NOT_VERIFIABLE,
  tooLarge,
  TOO_MUCH_UNDER_WAY,
  UNDECODABLE_ADDRESS,
} from '../../platform/http/details.js';
import { DEFAULT_BODY_LIMIT } from '../../platform/http/raw-body.js';
import type { VerifiedWebhook } from '../../signature/domain/verified-webhook.js';
import { HandshakeDesk, NOT_SHAKEN, tell } from '../../signature/interface/handshake-desk.js';
import {
  SignatureGuard,
  type WebhookHttpRequest,
  webhookOf,
} from '../../signature/interface/signature.guard.js';
import { NO_SUCH_SOURCE, NOT_VERIFIED, RefusedRequests } from '../../signature/interface/refused-requests.js';
import { sourceOf } from '../../signature/interface/source-gate.js';
import { IngestWebhook } from '../application/ingest-webhook.js';

const SOURCE = { name: 'source', type: String, example: 'stripe-eu' };
const NOT_STORED = 'The event could not be stored now; send it again later.';

/** What a provider is told once its event is durable. */
export class AcceptedWebhookView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ enum: ['RECEIVED'] })
  status!: 'RECEIVED';

  @ApiProperty({ description: "A repeat: id is the first one's, and it is not processed again." })
  duplicate!: boolean;
}

const ACCEPTED: AcceptedWebhookView = {
  id: '0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50',
  status: 'RECEIVED',
  duplicate: false,
};

/** The face that providers see. */
@ApiTags('webhooks')
@Controller('webhooks')
export class WebhooksController {
  private readonly logger = new Logger(WebhooksController.name);

  constructor(
    @Inject(IngestWebhook) private readonly ingestWebhook: IngestWebhook,
    @Inject(HandshakeDesk) private readonly desk: HandshakeDesk,
    @Inject(RefusedRequests) private readonly refused: RefusedRequests,
  ) {}

  @Get(':source')
  @ApiOperation({
    operationId: 'answerHandshake',
    summary: 'Answer the handshake of a provider that asks by GET; which ones do is in its definition',
    security: [],
  })
  @ApiParam(SOURCE)
  @ApiOkResponse({
    description: 'What the provider wants to hear.',
    content: { 'text/plain': { schema: { type: 'string' }, example: '1158201444' } },
  })
  @ApiProblems({
    400: UNDECODABLE_ADDRESS,
    404: NO_SUCH_SOURCE,
    ...INTERNAL_ERROR,
    503: NOT_SHAKEN,
  })
  answerHandshake(@Req() request: WebhookHttpRequest): never {
    // HandshakeDesk has answered every request that is one.
    const refusal = {
      reason: 'no_handshake',
      detail: 'it is none of the handshakes that the provider asks for',
    };
    throw this.refused.refuse(request, sourceOf(request), refusal);
  }

  @Post(':source')
  @UseGuards(SignatureGuard)
  @ApiOperation({
    operationId: 'receiveWebhook',
    summary: "Take a provider's signed event; any content type, the bytes as they are",
    security: [],
  })
  @ApiParam(SOURCE)
  @ApiBody({
    schema: {},
    examples: { event: { value: { id: 'evt_1PqTc2KZ7mY', type: 'invoice.paid' } } },
  })
  @ApiAnswer(AcceptedWebhookView, 'The event is stored.', ACCEPTED)
  @ApiProblems({
    400: [UNDECODABLE_ADDRESS, BROKEN_OFF],
    401: NOT_VERIFIED,
    404: NO_SUCH_SOURCE,
    413: tooLarge(DEFAULT_BODY_LIMIT),
    ...INTERNAL_ERROR,
    503: [NOT_STORED, NOT_VERIFIABLE, NOT_SHAKEN, TOO_MUCH_UNDER_WAY],
  })
  async receive(@Req() request: WebhookHttpRequest, @Res() reply: FastifyReply): Promise<void> {
    const webhook = webhookOf(request);
    const handshake = this.desk.answerSigned(webhook);
    const answer = (handshake && (await handshake)) ?? (await this.store(webhook));
    tell(reply, answer);
  }

  private async store(webhook: VerifiedWebhook): Promise<ProviderAnswer> {
    try {
      const { id, duplicate } = await this.ingestWebhook.execute(webhook);
      const { source, request } = webhook;
      const answer = answerTo(source.definition, { headers: request.headers, body: request.rawBody });
      return answer ?? jsonAnswer({ id, status: 'RECEIVED', duplicate });
    } catch (error) {
      // Ours to mend, so never a 4xx: some senders do not retry one (promise P6).
      this.logger.error({
        message: `event not stored: ${(error as Error).message}`,
        source: webhook.source.name,
      });
      throw new ServiceUnavailableException(NOT_STORED);
    }
  }
}
