interface Waiting<TItem, TResult> {
  readonly item: TItem;
  readonly since: number;
  readonly resolve: (result: TResult) => void;
  readonly reject: (error: unknown) => void;
}

/** Bounds of a {@link NaturalBatcher}. */
export interface BatchLimits<TItem> {
  /** Most items in one batch; a power of two, or three times one. */
  readonly batchSize: number;
  /** Batches under way at once. */
  readonly inFlight: number;
  /** Items that may wait; one more is refused with {@link BatcherFullError}. */
  readonly waiting: number;
  /** An item's weight (its bytes, say), the most in one batch (one heavier item goes alone) and the most that may wait. */
  readonly weight?: {
    readonly of: (item: TItem) => number;
    readonly most: number;
    readonly waiting: number;
  };
  /** Milliseconds after which an item without a result is given up with {@link OutOfPatienceError}. Default: never. */
  readonly patienceMs?: number;
  /** Tells a failure that a single item may have caused: each item of the batch is then tried alone. Default: none is. */
  readonly isFaultOfItem?: (error: unknown) => boolean;
}

/** More waits than the batcher may hold: the caller has to push back. */
export class BatcherFullError extends Error {
  override readonly name = 'BatcherFullError';
}

/** No result within the batcher's patience. The item may still be worked on; nobody learns the outcome. */
export class OutOfPatienceError extends Error {
  override readonly name = 'OutOfPatienceError';
}

/**
 * Natural batching: a batch leaves as soon as one of the places in flight is free and takes what waits by then. No timer, so
 * an idle system adds no latency and a busy one makes large batches by itself. Batches have 1, 2, 3, 4, 6, 8, 12, 16, … items:
 * two sizes to the octave bound the number of different SQL texts that the database has to keep prepared, and leave little behind.
 */
export class NaturalBatcher<TItem, TResult> {
  private readonly queue: Waiting<TItem, TResult>[] = [];
  private readonly running = new Set<readonly Waiting<TItem, TResult>[]>();
  private waitingWeight = 0;

  /** @param flush works on one batch and gives a result for each item, in the items' order */
  constructor(
    private readonly limits: BatchLimits<TItem>,
    private readonly flush: (items: readonly TItem[]) => Promise<readonly TResult[]>,
  ) {
    const { patienceMs } = limits;
    if (patienceMs !== undefined) {
      setInterval(() => {
        this.giveUp(Date.now() - patienceMs);
      }, patienceMs / 8).unref();
    }
  }

  /**
   * Waits for the item's batch. Rejects with what its batch rejected with, with {@link BatcherFullError} or with
   * {@link OutOfPatienceError}.
   */
  add(item: TItem): Promise<TResult> {
    const weight = this.limits.weight?.of(item) ?? 0;
    if (
      this.queue.length >= this.limits.waiting ||
      (this.queue.length > 0 && this.waitingWeight + weight > (this.limits.weight?.waiting ?? Infinity))
    ) {
      return Promise.reject(new BatcherFullError(`${this.queue.length} items are waiting`));
    }
    this.waitingWeight += weight;
    return new Promise<TResult>((resolve, reject) => {
      this.queue.push({ item, since: Date.now(), resolve, reject });
      // What arrives in the same turn of the event loop leaves in the same batch.
      if (this.queue.length === 1)
        setImmediate(() => {
          this.startBatches();
        });
    });
  }

  private startBatches(): void {
    while (this.running.size < this.limits.inFlight && this.queue.length > 0) {
      const batch = this.queue.splice(0, this.nextSize());
      this.forgetWeight(batch);
      void this.runBatch(batch);
    }
  }

  private forgetWeight(items: readonly Waiting<TItem, TResult>[]): void {
    const { weight } = this.limits;
    if (weight) for (const { item } of items) this.waitingWeight -= weight.of(item);
  }

  /** Rejects what was added before the given time, whether it waits or is in a batch that does not come back. */
  private giveUp(addedBefore: number): void {
    const young = this.queue.findIndex(({ since }) => since >= addedBefore);
    const waitedOut = this.queue.splice(0, young === -1 ? this.queue.length : young);
    this.forgetWeight(waitedOut);
    const stuck = [...this.running].flat().filter(({ since }) => since < addedBefore);
    for (const { reject } of [...waitedOut, ...stuck]) {
      reject(new OutOfPatienceError(`no result within ${this.limits.patienceMs ?? 0} ms`));
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
    const power = 2 ** Math.floor(Math.log2(count));
    return count >= power * 1.5 && power > 1 ? power * 1.5 : power;
  }

  private async runBatch(batch: readonly Waiting<TItem, TResult>[]): Promise<void> {
    this.running.add(batch);
    await this.work(batch);
    this.running.delete(batch);
    this.startBatches();
  }

  private async work(batch: readonly Waiting<TItem, TResult>[]): Promise<void> {
    try {
      const results = await this.flush(batch.map(({ item }) => item));
      batch.forEach(({ resolve }, index) => {
        resolve(results[index] as TResult);
      });
    } catch (error) {
      if (batch.length > 1 && this.limits.isFaultOfItem?.(error)) {
        for (const waiting of batch) await this.work([waiting]);
      } else for (const { reject } of batch) reject(error);
    }
  }
}
