import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { v7 as uuidV7 } from 'uuid';
import type { VerifiedWebhook } from '../../signature/domain/verified-webhook.js';
import type { Acceptance } from '../domain/incoming-event.js';
import { EventStore } from '../infrastructure/event-store.js';

const TYPE_COLUMN = 255;

/** Turns a verified webhook into a stored event. */
@Injectable()
export class IngestWebhook {
  constructor(@Inject(EventStore) private readonly store: EventStore) {}

  /** Resolves once the event is durable. Rejects when it cannot be stored now. */
  execute(webhook: VerifiedWebhook): Promise<Acceptance> {
    const { source, request, receivedAt } = webhook;
    const derived = source.definition.derive({ headers: request.headers, body: request.rawBody });
    return this.store.accept({
      id: uuidV7({ msecs: receivedAt.getTime() }),
      source: source.name,
      provider: source.definition.slug,
      type: (derived.type ?? 'unknown').slice(0, TYPE_COLUMN),
      idempotencyKey: derived.id ?? createHash('sha256').update(request.rawBody).digest('hex'),
      orderingKey: derived.orderingKey?.slice(0, TYPE_COLUMN) ?? null,
      occurredAt: derived.occurredAt,
      receivedAt,
      url: request.url,
      headers: request.headers,
      body: request.rawBody,
    });
  }
}
