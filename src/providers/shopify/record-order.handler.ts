import {
  type EventHandler,
  type HandlerContext,
  lockRow,
  payloadOf,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { z } from 'zod';
import { ShopifyOrderEntity, type ShipmentState } from './order.entity.js';

/** The fields of Shopify's order that we use (https://shopify.dev/docs/api/webhooks/latest). */
const Order = z.object({
  admin_graphql_api_id: z.string().min(1).max(255),
  name: z.string().max(255),
  total_price: z.string().max(32),
  currency: z.string().max(8),
});

/** Keeps our orders in step with the shop's. What has been shipped stays shipped: its creation, told late, changes nothing. */
@WebhookHandler({ provider: 'shopify', types: ['orders/create', 'orders/fulfilled'] })
export class RecordOrder implements EventHandler {
  async handle(
    event: WebhookEvent,
    context: HandlerContext,
  ): Promise<{ order: string; shipmentState: ShipmentState }> {
    const { admin_graphql_api_id: id, name, total_price: totalPrice, currency } = payloadOf(Order, event);
    const manager = await context.transaction();
    const shipmentState: ShipmentState = event.type === 'orders/fulfilled' ? 'fulfilled' : 'unfulfilled';
    const received = { id, name, totalPrice, currency, shipmentState };
    const known = await lockRow(manager, ShopifyOrderEntity, received);
    const isLate = known.shipmentState === 'fulfilled' && shipmentState === 'unfulfilled';
    const order = isLate ? known : received;
    await manager.save(ShopifyOrderEntity, order);
    return { order: id, shipmentState: order.shipmentState };
  }
}
