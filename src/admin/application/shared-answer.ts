import type { Clock } from '../../platform/clock.js';
import { within } from '../../platform/deadline.js';

/**
 * The answer to a question that costs something, shared by all who ask: it is asked once at a time however many want to know,
 * and again only when the answer is older than it may be. A failure is an answer too.
 */
export class SharedAnswer<T> {
  private answer: Promise<T> | undefined;
  private asking = false;
  private askedAt = 0;

  /**
   * @param freshMs how old an answer may be, counted from when it was asked for
   * @param longestMs when there is no answer after so long, asking has failed: what it waits for may never come
   */
  constructor(
    private readonly clock: Clock,
    private readonly freshMs: number,
    private readonly longestMs: number,
    private readonly ask: () => Promise<T>,
  ) {}

  /** @throws what asking has thrown, and an Error when that took too long */
  get(): Promise<T> {
    const now = this.clock.now().getTime();
    if (!this.answer || (!this.asking && now - this.askedAt > this.freshMs)) {
      this.askedAt = now;
      this.answer = this.askNow();
    }
    return this.answer;
  }

  private async askNow(): Promise<T> {
    this.asking = true;
    try {
      return await within(this.longestMs, this.ask());
    } finally {
      this.asking = false;
    }
  }
}
