import type { restResources } from '@shopify/shopify-api/rest/admin/2026-04';
import { describedEvents } from 'hookwell/handler-kit';
import { z } from 'zod';

type Resources = typeof restResources;

/** The fields that a class of the package declares, without what it does with them. */
type Fields<T> = { readonly [K in keyof T as string extends K ? never : Field<K, T[K]>]: T[K] };
type Field<K, V> = K extends 'session' ? never : V extends (...parameters: never[]) => unknown ? never : K;

type Told<R extends keyof Resources, TTopics extends string> = Readonly<
  Record<TTopics, Fields<InstanceType<Resources[R]>> & { readonly admin_graphql_api_id: string }>
>;

/**
 * Shopify's events by topic, as the package @shopify/shopify-api describes the resources of its REST API, for so are they written; what is
 * deleted is its id alone. Ids have more digits than a number keeps: `admin_graphql_api_id` has them all.
 * Topics: https://shopify.dev/docs/api/webhooks/latest
 */
export type ShopifyPayloads = Told<
  'Order',
  `orders/${'create' | 'updated' | 'paid' | 'cancelled' | 'fulfilled' | 'partially_fulfilled'}`
> &
  Told<'DraftOrder', `draft_orders/${'create' | 'update'}`> &
  Told<'Fulfillment', `fulfillments/${'create' | 'update'}`> &
  Told<'Refund', 'refunds/create'> &
  Told<'Customer', `customers/${'create' | 'update' | 'enable' | 'disable'}`> &
  Told<'Product', `products/${'create' | 'update'}`> &
  Told<'InventoryItem', `inventory_items/${'create' | 'update'}`> &
  Told<'Location', `locations/${'create' | 'update' | 'activate' | 'deactivate'}`> &
  Readonly<Record<Deleted, { readonly id: number }>>;

type Deleted =
  `${'orders' | 'draft_orders' | 'customers' | 'products' | 'inventory_items' | 'locations'}/delete`;

/** For handlers of Shopify's events: `@WebhookHandler({ ...shopifyEvents('orders/paid') })`. */
export const shopifyEvents = describedEvents<ShopifyPayloads>('shopify');

/** The fields of Shopify's order that we use (https://shopify.dev/docs/api/webhooks/latest). */
export const Order = z.object({
  admin_graphql_api_id: z.string().min(1).max(255),
  name: z.string().max(255),
  total_price: z.string().max(32),
  currency: z.string().max(8),
});
export type Order = z.infer<typeof Order>;
