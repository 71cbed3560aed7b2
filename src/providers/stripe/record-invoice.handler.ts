import {
  type EventHandler,
  type HandlerContext,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { StripeInvoiceEntity } from './invoice.entity.js';
import { InvoiceEvent } from './payloads.js';

/**
 * Keeps our invoices in step with Stripe's. Paid is the last that we hear of one: what arrives later changes nothing. Stripe's times, being
 * whole seconds, often do not tell which of an invoice's events came first, so its status does, and `supersede` would not.
 */
@WebhookHandler({
  provider: 'stripe',
  types: ['invoice.created', 'invoice.paid'],
  payload: InvoiceEvent,
  ordering: 'serial',
})
export class RecordInvoice implements EventHandler<InvoiceEvent> {
  async handle(
    { payload }: WebhookEvent<InvoiceEvent>,
    context: HandlerContext,
  ): Promise<{ invoice: string; status: string }> {
    const { id, status, amount_due: amountDue, currency } = payload.data.object;
    const manager = await context.transaction();
    const known = await manager.findOneBy(StripeInvoiceEntity, { id });
    if (known?.status === 'paid') return { invoice: id, status: known.status };
    await manager.save(StripeInvoiceEntity, { id, status, amountDue, currency });
    return { invoice: id, status };
  }
}
