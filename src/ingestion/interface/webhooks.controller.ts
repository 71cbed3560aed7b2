import {
  Controller,
  HttpCode,
  HttpException,
  HttpStatus,
  Inject,
  Logger,
  Post,
  Req,
  Res,
  UseGuards,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  SignatureGuard,
  type WebhookHttpRequest,
  webhookOf,
} from '../../signature/interface/signature.guard.js';
import { IngestWebhook } from '../application/ingest-webhook.js';

const RETRY_AFTER_SECONDS = '5';

/** What a provider is told once its event is durable. */
export interface AcceptedWebhook {
  readonly id: string;
  readonly status: 'RECEIVED';
  readonly duplicate: boolean;
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
  async receive(
    @Req() request: WebhookHttpRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AcceptedWebhook> {
    try {
      const { id, duplicate } = await this.ingestWebhook.execute(webhookOf(request));
      return { id, status: 'RECEIVED', duplicate };
    } catch (error) {
      // Ours to mend, so never a 4xx: some senders do not retry one (promise P6).
      this.logger.error(`event not stored: ${(error as Error).message}`);
      void reply.header('retry-after', RETRY_AFTER_SECONDS);
      throw new HttpException(
        'The event could not be stored now; send it again.',
        HttpStatus.SERVICE_UNAVAILABLE,
      );
    }
  }
}
