import {
  type EventHandler,
  type HandlerContext,
  WebhookHandler,
  type WebhookEvent,
} from 'hookwell/handler-kit';
import { ShopifyOrderEntity, type ShipmentState } from './order.entity.js';
import { Order } from './payloads.js';

/** Keeps our orders in step with the shop's. Each event tells the whole order, so only the newest counts. */
@WebhookHandler({
  provider: 'shopify',
  types: ['orders/create', 'orders/fulfilled'],
  payload: Order,
  supersede: true,
})
export class RecordOrder implements EventHandler<Order> {
  async handle(
    { type, payload }: WebhookEvent<Order>,
    context: HandlerContext,
  ): Promise<{ order: string; shipmentState: ShipmentState }> {
    const { admin_graphql_api_id: id, name, total_price: totalPrice, currency } = payload;
    const shipmentState: ShipmentState = type === 'orders/fulfilled' ? 'fulfilled' : 'unfulfilled';
    const manager = await context.transaction();
    await manager.save(ShopifyOrderEntity, { id, name, totalPrice, currency, shipmentState });
    return { order: id, shipmentState };
  }
}
