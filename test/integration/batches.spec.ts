import { describe, expect, it } from 'vitest';
import { definition as adyen } from '../../src/providers/adyen/provider.js';
import { definition as gocardless } from '../../src/providers/gocardless/provider.js';
import { definition as hubspot } from '../../src/providers/hubspot/provider.js';
import { definition as line } from '../../src/providers/line/provider.js';

/** Providers that may send several events in one request, with two of their events and what is found in both, or in each alone. */
const batching = [
  {
    definition: adyen,
    request: (...items: object[]) => ({
      notificationItems: items.map((NotificationRequestItem) => ({ NotificationRequestItem })),
    }),
    one: {
      eventCode: 'CAPTURE',
      pspReference: 'c1',
      originalReference: 'p1',
      success: 'true',
      eventDate: '2026',
    },
    alike: {
      eventCode: 'CAPTURE',
      pspReference: 'c2',
      originalReference: 'p1',
      success: 'true',
      eventDate: '2026',
    },
    other: {
      eventCode: 'REFUND',
      pspReference: 'r1',
      originalReference: 'p2',
      success: 'true',
      eventDate: '2025',
    },
    shared: { type: 'CAPTURE', orderingKey: 'p1', occurredAt: new Date('2026') },
    ids: ['CAPTURE c1 true 2026', null],
  },
  {
    definition: gocardless,
    request: (...events: object[]) => ({ events }),
    one: {
      id: 'E1',
      resource_type: 'payments',
      action: 'paid_out',
      links: { payment: 'P1' },
      created_at: '2026',
    },
    alike: {
      id: 'E2',
      resource_type: 'payments',
      action: 'paid_out',
      links: { payment: 'P1' },
      created_at: '2026',
    },
    other: {
      id: 'E3',
      resource_type: 'refunds',
      action: 'paid',
      links: { refund: 'R1' },
      created_at: '2025',
    },
    shared: { type: 'payments.paid_out', orderingKey: 'P1', occurredAt: new Date('2026') },
    ids: ['E1', 'E1 E2'],
  },
  {
    definition: hubspot,
    request: (...events: object[]) => events,
    one: {
      subscriptionId: 1,
      eventId: 7,
      subscriptionType: 'deal.creation',
      portalId: 2,
      objectId: 3,
      occurredAt: 5,
    },
    alike: {
      subscriptionId: 1,
      eventId: 8,
      subscriptionType: 'deal.creation',
      portalId: 2,
      objectId: 3,
      occurredAt: 5,
    },
    other: {
      subscriptionId: 4,
      eventId: 9,
      subscriptionType: 'deal.deletion',
      portalId: 2,
      objectId: 4,
      occurredAt: 6,
    },
    shared: { type: 'deal.creation', orderingKey: '2 deal 3', occurredAt: new Date(5) },
    ids: ['1 7 5 3', '1 7 5 3 1 8 5 3'],
  },
  {
    definition: line,
    request: (...events: object[]) => ({ events }),
    one: { webhookEventId: 'E1', type: 'message', source: { userId: 'U', groupId: 'G' }, timestamp: 5 },
    alike: { webhookEventId: 'E2', type: 'message', source: { userId: 'V', groupId: 'G' }, timestamp: 5 },
    other: { webhookEventId: 'E3', type: 'follow', source: { userId: 'W' }, timestamp: 6 },
    shared: { type: 'message', orderingKey: 'G', occurredAt: new Date(5) },
    ids: ['E1', 'E1 E2'],
  },
] as const;

describe.each(batching.map((each) => ({ slug: each.definition.slug, ...each })))(
  'a request of $slug with several events',
  ({ definition, request, one, alike, other, shared, ids }) => {
    const derive = (...events: object[]): object =>
      definition.derive({ headers: {}, body: Buffer.from(JSON.stringify(request(...events))) });

    it('has what its events share', () => {
      expect(derive(one)).toEqual({ id: ids[0], ...shared });
      expect(derive(one, alike)).toEqual({ id: ids[1], ...shared });
    });

    it('has nothing in which they differ', () => {
      expect(derive(one, other)).toMatchObject({ type: null, orderingKey: null, occurredAt: null });
    });
  },
);
