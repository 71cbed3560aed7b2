import type { Rejection } from '../domain/rejection.js';

/** So many wait in all, whatever anybody sends: some megabytes. */
const MOST_PENDING = 2000;

/** The newest rejections of one source. */
class Ring {
  private readonly kept: Rejection[] = [];
  private oldest = 0;

  constructor(private readonly most: number) {}

  get isFull(): boolean {
    return this.kept.length === this.most;
  }

  add(rejection: Rejection): void {
    if (!this.isFull) {
      this.kept.push(rejection);
      return;
    }
    this.kept[this.oldest] = rejection;
    this.oldest = (this.oldest + 1) % this.most;
  }

  oldestFirst(): Rejection[] {
    return [...this.kept.slice(this.oldest), ...this.kept.slice(0, this.oldest)];
  }
}

/** The rejections that wait to be written down, of each source the newest, in bounded memory. */
export class PendingRejections {
  private rings = new Map<string, Ring>();
  private size = 0;

  /**
   * @param mostOfSource how many of one source are kept; a newer one takes the oldest one's place
   * @param most how many are kept in all; what comes beyond is not
   */
  constructor(
    private readonly mostOfSource: number,
    private readonly most = MOST_PENDING,
  ) {}

  /**
   * Keeps a rejection.
   * @param source one that there is, so that nobody can make up more of them
   * @returns whether there was room
   */
  add(source: string, rejection: Rejection): boolean {
    const ring = this.rings.get(source) ?? new Ring(this.mostOfSource);
    if (!ring.isFull) {
      if (this.size === this.most) return false;
      this.size += 1;
    }
    ring.add(rejection);
    this.rings.set(source, ring);
    return true;
  }

  /** Gives all that wait, by source and oldest first, and keeps none of them. */
  take(): ReadonlyMap<string, readonly Rejection[]> {
    const taken = new Map([...this.rings].map(([source, ring]) => [source, ring.oldestFirst()]));
    this.rings = new Map();
    this.size = 0;
    return taken;
  }
}
