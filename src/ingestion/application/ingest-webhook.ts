import { Inject, Injectable, Logger } from '@nestjs/common';
import { type DerivedEvent, idempotencyKeyOf } from 'hookwell/handler-kit';
import { v7 as uuidV7 } from 'uuid';
import { Clock } from '../../platform/clock.js';
import { Metrics } from '../../platform/metrics/metrics.js';
import { randomFromPool } from '../../platform/random-pool.js';
import { shownHeaders } from '../../signature/domain/source-secret.js';
import { storableEvent, storableId } from '../../signature/domain/storable-event.js';
import type { VerifiedWebhook } from '../../signature/domain/verified-webhook.js';
import type { Acceptance, IncomingEvent } from '../domain/incoming-event.js';
import { EventStore } from '../infrastructure/event-store.js';

const UUID_BYTES = 16;
const UNKNOWN_TYPE = 'unknown';

/** Turns a verified webhook into a stored event. */
@Injectable()
export class IngestWebhook {
  private readonly logger = new Logger(IngestWebhook.name);

  constructor(
    @Inject(EventStore) private readonly store: EventStore,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {}

  /** Resolves once the event is durable. Rejects when it cannot be stored now. */
  async execute(webhook: VerifiedWebhook): Promise<Acceptance> {
    const { source, receivedAt } = webhook;
    const acceptance = await this.store.accept(incomingEvent(webhook));
    const provider = source.definition.slug;
    if (acceptance.duplicate) this.metrics.duplicates.inc({ provider });
    else this.metrics.accepted.inc({ provider });
    const now = this.clock.now();
    this.metrics.observeAccept(now.getTime() - receivedAt.getTime(), now);
    this.logger.debug({
      message: acceptance.duplicate ? 'duplicate' : 'accepted',
      eventId: acceptance.id,
      source: source.name,
    });
    return acceptance;
  }
}

function incomingEvent(webhook: VerifiedWebhook): IncomingEvent {
  const { source, request, receivedAt, secretId } = webhook;
  const { definition } = source;
  const derived: DerivedEvent = definition.derive({ headers: request.headers, body: request.rawBody });
  const { type, orderingKey, occurredAt } = storableEvent(derived);
  const id = uuidV7({ msecs: receivedAt.getTime(), random: randomFromPool(UUID_BYTES) });
  return {
    id,
    source: source.name,
    provider: definition.slug,
    type: type ?? UNKNOWN_TYPE,
    idempotencyKey: idempotencyKeyOf(definition, derived.id && storableId(derived.id), request.rawBody) ?? id,
    orderingKey,
    position: positionOf({ ...derived, occurredAt }, receivedAt),
    occurredAt,
    receivedAt,
    secretId,
    url: request.url,
    headers: headersWithoutSecrets(webhook),
    body: definition.scheme.withoutSecrets?.(request.rawBody) ?? request.rawBody,
  };
}

/** Some senders show the secret itself, or credentials: those are kept encrypted, and nowhere else. */
function headersWithoutSecrets({
  source,
  request: { headers },
  secret,
}: VerifiedWebhook): IncomingEvent['headers'] {
  // The next to count as well, and one that no longer does: whatever is shown there is a secret.
  const shownIn = shownHeaders(source);
  const isSecret = (name: string): boolean =>
    headers[name] === secret.value ||
    shownIn.includes(name) ||
    (name === 'authorization' && source.access.asksForCredentials);
  if (!Object.keys(headers).some(isSecret)) return headers;
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !isSecret(name)));
}

/** Where the provider tells neither a sequence nor a time, the order of arrival is the best there is. */
function positionOf({ sequence, occurredAt }: DerivedEvent, receivedAt: Date): number {
  if (Number.isSafeInteger(sequence)) return sequence as number;
  return (occurredAt ?? receivedAt).getTime();
}
