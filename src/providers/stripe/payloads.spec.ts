import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { payloadOf } from 'hookwell/handler-kit';
import { expect, expectTypeOf, it } from 'vitest';
import type { z } from 'zod';
import type { InvoiceEvent, PaymentIntentEvent, StripePayloads } from './payloads.js';
import { stripeEvents } from './payloads.js';

const sample: unknown = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/invoice.paid.json'), 'utf8'),
);

it("has Stripe's own fields under the event's type", () => {
  const { provider, types, payload } = stripeEvents('invoice.paid');
  const { data } = payloadOf(payload, { payload: sample });
  expect([provider, types, data.object.amount_due, data.object.lines.data.length]).toEqual([
    'stripe',
    ['invoice.paid'],
    1000,
    0,
  ]);
  expectTypeOf(data.object.amount_due).toEqualTypeOf<number>();
  // @ts-expect-error a field that an invoice has not
  expect(data.object.amount_dew).toBeUndefined();
  // @ts-expect-error a type that Stripe has not
  stripeEvents('invoice.payed');
});

it('has decimals as the text that is sent', () => {
  type Price = StripePayloads['price.created']['data']['object'];
  expectTypeOf<Price['unit_amount_decimal']>().toEqualTypeOf<string | null>();
});

it('knows every field that our own schemas use', () => {
  type InvoiceFields = keyof z.input<typeof InvoiceEvent>['data']['object'];
  type PaymentFields = keyof z.input<typeof PaymentIntentEvent>['data']['object'];
  expectTypeOf<InvoiceFields>().toExtend<keyof StripePayloads['invoice.paid']['data']['object']>();
  expectTypeOf<PaymentFields>().toExtend<
    keyof StripePayloads['payment_intent.succeeded']['data']['object']
  >();
});
