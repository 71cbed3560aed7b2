import {
  type EventHandler,
  type HandlerContext,
  payloadOf,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { z } from 'zod';
import { StripePaymentEntity } from './payment.entity.js';

/** The fields of a payment intent that we use (https://docs.stripe.com/api/payment_intents/object). */
const PaymentIntentEvent = z.object({
  data: z.object({
    object: z.object({
      id: z.string().min(1).max(255),
      amount_received: z.int(),
      currency: z.string().max(8),
    }),
  }),
});

/** Keeps every payment that has succeeded. Quick work that matters: it is tried often, soon, and not for long at a time. */
@WebhookHandler({
  provider: 'stripe',
  types: ['payment_intent.succeeded'],
  attempts: 12,
  backoffMs: 1000,
  timeoutMs: 5000,
})
export class RecordPayment implements EventHandler {
  async handle(event: WebhookEvent, context: HandlerContext): Promise<{ payment: string }> {
    const { id, amount_received, currency } = payloadOf(PaymentIntentEvent, event).data.object;
    const manager = await context.transaction();
    const payment = { id, amountReceived: amount_received, currency };
    await manager.upsert(StripePaymentEntity, payment, ['id']);
    return { payment: id };
  }
}
