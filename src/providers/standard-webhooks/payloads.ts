import { z, type ZodType } from 'zod';

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure */
export const Message = z.object({ type: z.string().min(1).max(255), data: z.json() });
export type Message = z.infer<typeof Message>;

/**
 * A sender's messages of one type, for handlers of them: checked in full, since the specification leaves to the sender what is in them.
 * `@WebhookHandler({ provider: 'standard-webhooks', types: ['contact.created'], payload: ContactCreated })`
 * @param data the shape of the message's data
 */
export function messageOf<TType extends string, TData>(
  type: TType,
  data: ZodType<TData>,
): ZodType<{ type: TType; timestamp: string; data: TData }> {
  return z.object({ type: z.literal(type), timestamp: z.iso.datetime({ offset: true }), data });
}
