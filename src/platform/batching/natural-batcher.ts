interface Waiting<TItem, TResult> {
  readonly item: TItem;
  readonly resolve: (result: TResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Bounds of a {@link NaturalBatcher}. */
export interface BatchLimits<TItem> {
  /** Most items in one batch; a power of two. */
  readonly batchSize: number;
  /** Batches under way at once. */
  readonly inFlight: number;
  /** Items that may wait; one more is refused with {@link BatcherFullError}. */
  readonly waiting: number;
  /** An item's weight (its bytes, say), and the most weight in one batch; one heavier item goes alone. */
  readonly weight?: { readonly of: (item: TItem) => number; readonly most: number };
}

/** More items wait than the batcher may hold: the caller has to push back. */
export class BatcherFullError extends Error {
  override readonly name = 'BatcherFullError';
}

/**
 * Natural batching: a batch leaves as soon as one of the places in flight is free and takes what waits by then. No timer, so
 * an idle system adds no latency and a busy one makes large batches by itself. Batches have power-of-two sizes, which
 * bounds the number of different SQL texts that the database has to keep prepared.
 */
export class NaturalBatcher<TItem, TResult> {
  private readonly queue: Waiting<TItem, TResult>[] = [];
  private running = 0;
  private idle: (() => void)[] = [];

  /** @param flush works on one batch and gives a result for each item, in the items' order */
  constructor(
    private readonly limits: BatchLimits<TItem>,
    private readonly flush: (items: readonly TItem[]) => Promise<readonly TResult[]>,
  ) {}

  /** Waits for the item's batch. Rejects with what its batch rejected with, or with {@link BatcherFullError}. */
  add(item: TItem): Promise<TResult> {
    if (this.queue.length >= this.limits.waiting) {
      return Promise.reject(new BatcherFullError(`${this.queue.length} items are waiting`));
    }
    return new Promise<TResult>((resolve, reject) => {
      this.queue.push({ item, resolve, reject });
      // What arrives in the same turn of the event loop leaves in the same batch.
      if (this.queue.length === 1)
        setImmediate(() => {
          this.startBatches();
        });
    });
  }

  /** Resolves when nothing waits and nothing is in flight. */
  async drained(): Promise<void> {
    if (this.running === 0 && this.queue.length === 0) return;
    await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private startBatches(): void {
    while (this.running < this.limits.inFlight && this.queue.length > 0) {
      void this.runBatch(this.queue.splice(0, this.nextSize()));
    }
  }

  private nextSize(): number {
    let count = Math.min(this.queue.length, this.limits.batchSize);
    const { weight } = this.limits;
    if (weight) {
      let total = 0;
      const fitting = this.queue
        .slice(0, count)
        .findIndex(({ item }) => (total += weight.of(item)) > weight.most);
      if (fitting !== -1) count = Math.max(1, fitting);
    }
    return 2 ** Math.floor(Math.log2(count));
  }

  private async runBatch(batch: readonly Waiting<TItem, TResult>[]): Promise<void> {
    this.running += 1;
    try {
      const results = await this.flush(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => {
        resolve(results[index] as TResult);
      });
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      this.running -= 1;
      this.startBatches();
      if (this.running === 0 && this.queue.length === 0) {
        for (const resolve of this.idle.splice(0)) resolve();
      }
    }
  }
}
