import 'reflect-metadata';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { z } from 'zod';
import type { EventHandler, JsonValue, WebhookEvent } from './handler.js';
import { WEBHOOK_HANDLER, WebhookHandler } from './webhook-handler.decorator.js';

const Order = z.object({ id: z.string(), placed: z.iso.datetime().transform((text) => new Date(text)) });
const acme = { provider: 'acme', types: ['order.placed'] } as const;

/** A class whose handler takes a payload. */
abstract class Takes<TPayload> implements EventHandler<TPayload> {
  abstract handle(event: WebhookEvent<TPayload>): Promise<JsonValue | undefined>;
}

// What is proved here is proved by `npm run types`: an expected error that does not come is one itself.
describe('WebhookHandler', () => {
  it('takes a class whose payload is what the schema parses to', () => {
    @WebhookHandler({ ...acme, payload: Order })
    abstract class Exact extends Takes<z.infer<typeof Order>> {}

    @WebhookHandler({ ...acme, payload: Order })
    abstract class ContentWithLess extends Takes<{ id: string }> {}

    @WebhookHandler({ ...acme, payload: Order })
    abstract class ContentWithAnything extends Takes<unknown> {}

    for (const made of [Exact, ContentWithLess, ContentWithAnything]) {
      expect(Reflect.getMetadata(WEBHOOK_HANDLER, made)).toEqual({ ...acme, payload: Order });
    }
    expectTypeOf<Parameters<Exact['handle']>[0]['payload']['placed']>().toEqualTypeOf<Date>();
  });

  it('does not compile for one whose payload is another', () => {
    // @ts-expect-error: id is a text
    @WebhookHandler({ ...acme, payload: Order })
    abstract class OtherField extends Takes<{ id: number }> {}

    // @ts-expect-error: the schema turns the text into a Date
    @WebhookHandler({ ...acme, payload: Order })
    abstract class NotParsed extends Takes<z.input<typeof Order>> {}

    // @ts-expect-error: the schema lets no amount through
    @WebhookHandler({ ...acme, payload: Order })
    abstract class WantsMore extends Takes<z.infer<typeof Order> & { amount: number }> {}

    // @ts-expect-error: without a schema nobody has looked at the payload
    @WebhookHandler(acme)
    abstract class Unchecked extends Takes<{ id: string }> {}

    // @ts-expect-error: it has no handle
    @WebhookHandler(acme)
    abstract class Silent {}

    // @ts-expect-error: a result is kept as JSON
    @WebhookHandler(acme)
    abstract class NoJson {
      abstract handle(): Promise<Date>;
    }

    expect([OtherField, NotParsed, WantsMore, Unchecked, Silent, NoJson]).toHaveLength(6);
  });

  it('takes the word of who names the payload without a schema', () => {
    @WebhookHandler<{ id: string }>(acme)
    abstract class Trusting extends Takes<{ id: string }> {}
    expect(Reflect.getMetadata(WEBHOOK_HANDLER, Trusting)).toEqual(acme);
  });
});
