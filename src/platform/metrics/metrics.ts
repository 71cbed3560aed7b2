import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { RecentValues } from './recent-values.js';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 60];
const POWERS_OF_TWO = [1, 2, 4, 8, 16, 32, 64, 128];
/** What counts as recent where percentiles are told: the newest so many of the last so many milliseconds. */
export const RECENT = { capacity: 10_000, windowMs: 5 * 60_000 } as const;

/**
 * What Prometheus can read of this process. Labels name providers and never sources: `GET /metrics` needs no key, and which
 * sources exist is nobody's business.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  readonly contentType = this.registry.contentType;

  readonly accepted = this.counter('accepted_total', 'Events stored and acknowledged', ['provider']);
  readonly duplicates = this.counter('duplicates_total', 'Repeats acknowledged and not stored again', [
    'provider',
  ]);
  readonly handshakes = this.counter('handshakes_total', 'Handshakes of providers that were answered', [
    'provider',
  ]);
  readonly rejected = this.counter('rejected_total', 'Webhook requests that were not accepted', ['reason']);
  readonly rejectionsDropped = this.counter(
    'rejections_dropped_total',
    'Rejected requests that could not be written down',
    [],
  );
  readonly keyFetches = this.counter(
    'key_fetches_total',
    'Times that a provider was asked for a public key; outcome: found, unknown, failed',
    ['kind', 'outcome'],
  );
  readonly processed = this.counter('processed_total', 'Events that became PROCESSED', ['provider']);
  readonly unhandled = this.counter('unhandled_total', 'Events that no handler takes', ['provider']);
  readonly failed = this.counter('failed_total', 'Events that became FAILED', ['provider']);
  readonly retried = this.counter('retried_total', 'Failed attempts that will be tried again', ['provider']);
  readonly breakerTrips = this.counter('breaker_trips_total', 'Breakers tripped by this process', [
    'handler',
  ]);
  readonly batchSize = this.histogram('accept_batch_size', 'Events committed together', POWERS_OF_TWO);
  readonly acceptSeconds = this.histogram(
    'accept_seconds',
    'From a request being read to its event being durable',
    SECONDS,
  );
  readonly endToEndSeconds = this.histogram(
    'end_to_end_seconds',
    'From arrival to PROCESSED; replays left out',
    SECONDS,
  );

  /** Milliseconds that accepting took this process in the last minutes. */
  readonly recentAccepts = new RecentValues(RECENT.capacity, RECENT.windowMs);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** Notes how long accepting an event took. */
  observeAccept(milliseconds: number, now: Date): void {
    this.acceptSeconds.observe(milliseconds / 1000);
    this.recentAccepts.record(milliseconds, now);
  }

  /** Adds a gauge that is read when Prometheus asks; NaN while reading it fails. */
  gauge(name: string, help: string, read: () => Promise<number>): void {
    new Gauge({
      ...this.describe(name, help),
      async collect() {
        this.set(await read().catch(() => Number.NaN));
      },
    });
  }

  /** Adds a gauge with a value for each of some labels, read when Prometheus asks; without any while reading it fails. */
  gauges(
    name: string,
    help: string,
    label: string,
    read: () => Promise<readonly (readonly [label: string, value: number])[]>,
  ): void {
    new Gauge({
      ...this.describe(name, help),
      labelNames: [label],
      async collect() {
        this.reset();
        for (const [value, reading] of await read().catch(() => [])) this.set({ [label]: value }, reading);
      },
    });
  }

  /** Everything in Prometheus's text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private counter<T extends string>(name: string, help: string, labelNames: readonly T[]): Counter<T> {
    return new Counter({ ...this.describe(name, help), labelNames });
  }

  private histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ ...this.describe(name, help), buckets });
  }

  private describe(name: string, help: string): { name: string; help: string; registers: Registry[] } {
    return { name: `hookwell_${name}`, help, registers: [this.registry] };
  }
}
