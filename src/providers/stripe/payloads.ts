import { describedEvents } from 'hookwell/handler-kit';
import type Stripe from 'stripe';
import { z } from 'zod';

/** As Stripe sends it: its package reads decimals into objects of its own, which come as text. */
type Sent<T> = T extends Stripe.Decimal ? string : T extends object ? { [K in keyof T]: Sent<T[K]> } : T;

/** Stripe's events by type, as its package describes them for the version of its API that the package speaks. */
export type StripePayloads = {
  readonly [T in Stripe.Event['type']]: Sent<Extract<Stripe.Event, { type: T }>>;
};

/** For handlers of Stripe's events: `@WebhookHandler({ ...stripeEvents('invoice.paid') })`. */
export const stripeEvents = describedEvents<StripePayloads>('stripe');

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
