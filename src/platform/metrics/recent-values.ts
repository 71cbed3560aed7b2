/** Percentiles of some recent values. */
export interface Percentiles {
  /** How many values they stand on. */
  readonly count: number;
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

/** The nearest-rank percentiles of some values, in their own unit; null where there are none. */
export function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number): number | null => sorted[Math.ceil(share * sorted.length) - 1] ?? null;
  return { count: sorted.length, p50: rank(0.5), p95: rank(0.95), p99: rank(0.99) };
}

/** The newest values of the last minutes, in bounded space. */
export class RecentValues {
  private readonly entries: { readonly value: number; readonly at: number }[] = [];
  private next = 0;

  constructor(
    private readonly capacity: number,
    private readonly windowMs: number,
  ) {}

  record(value: number, at: Date): void {
    this.entries[this.next] = { value, at: at.getTime() };
    this.next = (this.next + 1) % this.capacity;
  }

  percentiles(now: Date): Percentiles {
    const oldest = now.getTime() - this.windowMs;
    return percentiles(this.entries.filter(({ at }) => at >= oldest).map(({ value }) => value));
  }
}
