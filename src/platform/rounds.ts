/** Does work round after round, with a pause between two. What goes wrong is told once, not in every round. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;
  private trouble: string | undefined;

  /**
   * @param pauseMs how long to wait before the first round, and after one that has failed
   * @param work one round; tells how many milliseconds to wait for the next
   * @param warn is told what a round has failed with
   */
  constructor(
    private readonly pauseMs: number,
    private readonly work: () => Promise<number>,
    private readonly warn: (message: string) => void,
  ) {}

  start(): void {
    this.next(this.pauseMs);
  }

  /** Resolves when the round under way is over; there is no other one. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private next(pauseMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.running = this.round();
    }, pauseMs);
  }

  private async round(): Promise<void> {
    try {
      const pauseMs = await this.work();
      this.trouble = undefined;
      this.next(pauseMs);
    } catch (error) {
      const { message } = error as Error;
      if (message !== this.trouble) this.warn(message);
      this.trouble = message;
      this.next(this.pauseMs);
    }
  }
}
