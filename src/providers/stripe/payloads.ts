import { z } from 'zod';

/** The fields of Stripe's invoice events that we use (https://docs.stripe.com/api/invoices/object). */
export const InvoiceEvent = z.object({
  data: z.object({
    object: z.object({
      id: z.string().min(1).max(255),
      status: z.string().max(32),
      amount_due: z.int(),
      currency: z.string().max(8),
    }),
  }),
});
export type InvoiceEvent = z.infer<typeof InvoiceEvent>;

/** The fields of a payment intent that we use (https://docs.stripe.com/api/payment_intents/object). */
export const PaymentIntentEvent = z.object({
  data: z.object({
    object: z.object({
      id: z.string().min(1).max(255),
      amount_received: z.int(),
      currency: z.string().max(8),
    }),
  }),
});
export type PaymentIntentEvent = z.infer<typeof PaymentIntentEvent>;
