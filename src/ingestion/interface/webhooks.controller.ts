import {
  Controller,
  HttpCode,
  HttpStatus,
  Inject,
  Logger,
  Post,
  Req,
  ServiceUnavailableException,
  UseGuards,
} from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { ApiProblems } from '../../platform/http/api-problems.js';
import {
  SignatureGuard,
  type WebhookHttpRequest,
  webhookOf,
} from '../../signature/interface/signature.guard.js';
import { IngestWebhook } from '../application/ingest-webhook.js';

/** What a provider is told once its event is durable. */
export class AcceptedWebhookView {
  @ApiProperty({ format: 'uuid', example: '0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50' })
  id!: string;

  @ApiProperty({ enum: ['RECEIVED'] })
  status!: 'RECEIVED';

  @ApiProperty({
    example: false,
    description: "A repeat: id is the first one's, and it is not processed again.",
  })
  duplicate!: boolean;
}

/** The face that providers see. */
@ApiTags('webhooks')
@Controller('webhooks')
export class WebhooksController {
  private readonly logger = new Logger(WebhooksController.name);

  constructor(@Inject(IngestWebhook) private readonly ingestWebhook: IngestWebhook) {}

  @Post(':source')
  @HttpCode(HttpStatus.OK)
  @UseGuards(SignatureGuard)
  @ApiOperation({
    operationId: 'receiveWebhook',
    summary: "Take a provider's signed event; any content type, the bytes as they are",
    security: [],
  })
  @ApiParam({ name: 'source', example: 'stripe-eu' })
  @ApiBody({
    schema: { type: 'object' },
    examples: { event: { value: { id: 'evt_1PqTc2KZ7mY', type: 'invoice.paid' } } },
  })
  @ApiOkResponse({ type: AcceptedWebhookView })
  @ApiProblems({
    401: 'The signature does not verify.',
    404: 'There is no such source.',
    413: 'The body may have 1048576 bytes at most.',
    503: 'The event could not be stored now; send it again.',
  })
  async receive(@Req() request: WebhookHttpRequest): Promise<AcceptedWebhookView> {
    const webhook = webhookOf(request);
    try {
      const { id, duplicate } = await this.ingestWebhook.execute(webhook);
      return { id, status: 'RECEIVED', duplicate };
    } catch (error) {
      // Ours to mend, so never a 4xx: some senders do not retry one (promise P6).
      this.logger.error({
        message: `event not stored: ${(error as Error).message}`,
        source: webhook.source.name,
      });
      throw new ServiceUnavailableException('The event could not be stored now; send it again.');
    }
  }
}
