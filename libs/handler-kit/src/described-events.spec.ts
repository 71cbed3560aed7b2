import { describe, expect, expectTypeOf, it } from 'vitest';
import { describedEvents } from './described-events.js';
import type { EventHandler, WebhookEvent } from './handler.js';
import { payloadOf } from './payload.js';
import { WEBHOOK_HANDLER, WebhookHandler } from './webhook-handler.decorator.js';

interface Payloads {
  'order.placed': { readonly order: string };
  'order.paid': { readonly order: string; readonly amount: number };
}

const acmeEvents = describedEvents<Payloads>('acme');

describe('describedEvents', () => {
  it('fills in a handler’s options, beside which others stand', () => {
    @WebhookHandler({ ...acmeEvents('order.placed', 'order.paid'), attempts: 3 })
    class ShipOrder implements EventHandler<Payloads['order.placed' | 'order.paid']> {
      handle({ payload }: WebhookEvent<Payloads['order.placed' | 'order.paid']>): Promise<string> {
        return Promise.resolve(payload.order);
      }
    }

    expect(Reflect.getMetadata(WEBHOOK_HANDLER, ShipOrder)).toMatchObject({
      provider: 'acme',
      types: ['order.placed', 'order.paid'],
      attempts: 3,
    });
  });

  it('gives the payload as it came', () => {
    const payload = { order: 'A7', unknown: [1] };
    expect(payloadOf(acmeEvents('order.placed').payload, { payload })).toBe(payload);
  });

  it.each([null, 7, 'text'])('rejects %j, which no provider means', (payload) => {
    expect(() => payloadOf(acmeEvents('order.placed').payload, { payload })).toThrow(
      'payload: must be an object or a list',
    );
  });

  it('takes no type that there is not, none at all, and no handler of another payload', () => {
    // @ts-expect-error a misspelt type
    acmeEvents('order.plaecd');
    // @ts-expect-error no type at all
    acmeEvents();
    // @ts-expect-error it takes an amount, which a placed order has not
    @WebhookHandler(acmeEvents('order.placed'))
    class TakesAmount {
      handle({ payload }: WebhookEvent<Payloads['order.paid']>): Promise<number> {
        return Promise.resolve(payload.amount);
      }
    }
    expect(TakesAmount).toBeDefined();
    const paid = payloadOf(acmeEvents('order.paid').payload, { payload: { order: 'A7', amount: 1 } });
    expectTypeOf(paid).toEqualTypeOf<Payloads['order.paid']>();
  });
});
