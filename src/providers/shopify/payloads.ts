import { z } from 'zod';

/** The fields of Shopify's order that we use (https://shopify.dev/docs/api/webhooks/latest). */
export const Order = z.object({
  admin_graphql_api_id: z.string().min(1).max(255),
  name: z.string().max(255),
  total_price: z.string().max(32),
  currency: z.string().max(8),
});
export type Order = z.infer<typeof Order>;
