import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { KeyRequest, KeyResolver } from 'hookwell/signatures';
import { Clock } from '../../../platform/clock.js';
import { within } from '../../../platform/deadline.js';
import { Metrics } from '../../../platform/metrics/metrics.js';
import { certificateAt, type CertificateOwner } from '../../domain/keys/certificate.js';
import type { KeyPlace, Told } from '../../domain/keys/key-place.js';
import { type KeySet, keySetAt } from '../../domain/keys/key-set.js';
import { plaidKey } from '../../domain/keys/plaid-key.js';
import { KeyFetcher } from './key-fetcher.js';
import { KeyMemory } from './key-memory.js';

/** For all keys of a request; shorter than any provider waits for its answer. */
const REQUEST_MS = 2000;
/** A set that does not have a key may be older than the key; a younger one than this is not asked for again. */
const SET_MS = 30_000;

/** Providers' public keys, fetched when first needed and remembered for a while. */
@Injectable()
export class ProviderKeys {
  /** One for each provider: whoever makes up addresses of one takes nothing from the other. */
  private readonly certificates: Readonly<Record<CertificateOwner, KeyMemory<KeyObject>>>;
  private readonly plaidKeys: KeyMemory<KeyObject>;
  private readonly sets: KeyMemory<KeySet>;

  constructor(
    @Inject(KeyFetcher) private readonly fetcher: KeyFetcher,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Metrics) private readonly metrics: Metrics,
  ) {
    const now = (): number => clock.now().getTime();
    this.certificates = { 'Amazon SNS': new KeyMemory(now), PayPal: new KeyMemory(now) };
    this.plaidKeys = new KeyMemory(now);
    this.sets = new KeyMemory(now);
  }

  /** Resolves the keys of one request, all within two seconds; what comes later is there when the provider sends again. */
  forOneRequest(): KeyResolver {
    const end = performance.now() + REQUEST_MS;
    return { resolve: (request) => within(Math.ceil(end - performance.now()), this.resolve(request)) };
  }

  private async resolve(request: KeyRequest): Promise<KeyObject | null> {
    switch (request.kind) {
      case 'certificate': {
        const place = certificateAt(request.url);
        return place && this.known(this.certificates[place.owner], request.kind, place);
      }
      case 'plaid':
        return this.known(this.plaidKeys, request.kind, plaidKey(request.credentials, request.keyId));
      case 'jwks':
        return this.keyOfSet(keySetAt(request.url), request.keyId);
      default:
        return request satisfies never;
    }
  }

  private known<T>(memory: KeyMemory<T>, kind: KeyRequest['kind'], place: KeyPlace<T>): Promise<T | null> {
    return memory.get(place.name, () => this.ask(kind, place));
  }

  private async keyOfSet(place: KeyPlace<KeySet> | null, keyId: string): Promise<KeyObject | null> {
    if (!place) return null;
    const ask = (): Promise<Told<KeySet>> => this.ask('jwks', place);
    const set = await this.sets.get(place.name, ask);
    const key = (await set?.key(keyId)) ?? null;
    if (key || !set || this.clock.now().getTime() - set.readAt.getTime() < SET_MS) return key;
    const newer = await this.sets.renew(place.name, ask);
    return (await newer?.key(keyId)) ?? null;
  }

  private async ask<T>(kind: KeyRequest['kind'], place: KeyPlace<T>): Promise<Told<T>> {
    try {
      const told = place.read(await this.fetcher.fetch(place.question), this.clock.now());
      this.metrics.keyFetches.inc({ kind, outcome: told.value === null ? 'unknown' : 'found' });
      return told;
    } catch (error) {
      this.metrics.keyFetches.inc({ kind, outcome: 'failed' });
      throw error;
    }
  }
}
