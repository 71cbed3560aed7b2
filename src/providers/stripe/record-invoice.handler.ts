import {
  type EventHandler,
  type HandlerContext,
  lockRow,
  payloadOf,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { z } from 'zod';
import { StripeInvoiceEntity } from './invoice.entity.js';

/** The fields of Stripe's invoice events that we use (https://docs.stripe.com/api/invoices/object). */
const InvoiceEvent = z.object({
  data: z.object({
    object: z.object({
      id: z.string().min(1).max(255),
      status: z.string().max(32),
      amount_due: z.int(),
      currency: z.string().max(8),
    }),
  }),
});

/** Keeps our invoices in step with Stripe's. Paid is the last that we hear of one: what arrives later changes nothing. */
@WebhookHandler({ provider: 'stripe', types: ['invoice.created', 'invoice.paid'] })
export class RecordInvoice implements EventHandler {
  async handle(event: WebhookEvent, context: HandlerContext): Promise<{ invoice: string; status: string }> {
    const { id, status, amount_due, currency } = payloadOf(InvoiceEvent, event).data.object;
    const manager = await context.transaction();
    const received = { id, status, amountDue: amount_due, currency };
    const known = await lockRow(manager, StripeInvoiceEntity, received);
    const invoice = known.status === 'paid' ? known : received;
    await manager.save(StripeInvoiceEntity, invoice);
    return { invoice: id, status: invoice.status };
  }
}
