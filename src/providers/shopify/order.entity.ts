import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Whether an order has left the house. */
export type ShipmentState = 'unfulfilled' | 'fulfilled';

/** What Shopify has told us of an order. */
@Entity('shopify_orders')
export class ShopifyOrderEntity {
  /** The order's GraphQL id, `gid://shopify/Order/…`; it keeps all digits. */
  @PrimaryColumn({ type: 'varchar', length: 255 })
  id!: string;

  /** What the shop calls it, `#1001` say. */
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  /** In the currency's main unit, as the decimal text that Shopify sends. */
  @Column({ name: 'total_price', type: 'varchar', length: 32 })
  totalPrice!: string;

  @Column({ type: 'varchar', length: 8 })
  currency!: string;

  @Column({ name: 'shipment_state', type: 'varchar', length: 16 })
  shipmentState!: ShipmentState;
}
