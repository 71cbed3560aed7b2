import { z } from 'zod';

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-structure */
export const Message = z.object({ type: z.string().min(1).max(255), data: z.json() });
export type Message = z.infer<typeof Message>;
