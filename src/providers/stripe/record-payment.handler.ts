import {
  type EventHandler,
  type HandlerContext,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { PaymentIntentEvent } from './payloads.js';
import { StripePaymentEntity } from './payment.entity.js';

/** Keeps every payment that has succeeded. Quick work that matters: it is tried often, soon, and not for long at a time. */
@WebhookHandler({
  provider: 'stripe',
  types: ['payment_intent.succeeded'],
  payload: PaymentIntentEvent,
  attempts: 12,
  backoffMs: 1000,
  timeoutMs: 5000,
})
export class RecordPayment implements EventHandler<PaymentIntentEvent> {
  async handle(
    { payload }: WebhookEvent<PaymentIntentEvent>,
    context: HandlerContext,
  ): Promise<{ payment: string }> {
    const { id, amount_received: amountReceived, currency } = payload.data.object;
    const manager = await context.transaction();
    await manager.upsert(StripePaymentEntity, { id, amountReceived, currency }, ['id']);
    return { payment: id };
  }
}
