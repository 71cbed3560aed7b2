import {
  type EventHandler,
  type HandlerContext,
  RejectEvent,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { StripeInvoiceEntity } from './invoice.entity.js';

/** The fields of Stripe's invoice events that we use (https://docs.stripe.com/api/invoices/object). */
export interface StripeInvoiceEvent {
  readonly data: {
    readonly object: {
      readonly id: string;
      readonly status: string;
      readonly amount_due: number;
      readonly currency: string;
    };
  };
}

/** Keeps our invoices in step with Stripe's. A paid invoice stays paid, whatever arrives later. */
@WebhookHandler({ provider: 'stripe', types: ['invoice.created', 'invoice.paid'] })
export class RecordInvoice implements EventHandler<StripeInvoiceEvent> {
  async handle(
    event: WebhookEvent<StripeInvoiceEvent>,
    context: HandlerContext,
  ): Promise<{ invoice: string; status: string }> {
    const invoice = (event.payload as Partial<StripeInvoiceEvent>).data?.object;
    if (typeof invoice?.id !== 'string') throw new RejectEvent('the event carries no invoice id');
    const invoices = (await context.transaction()).getRepository(StripeInvoiceEntity);
    const known = await invoices.findOneBy({ id: invoice.id });
    const status = known?.status === 'paid' ? 'paid' : invoice.status;
    await invoices.save({
      id: invoice.id,
      status,
      amountDue: String(invoice.amount_due),
      currency: invoice.currency,
    });
    return { invoice: invoice.id, status };
  }
}
