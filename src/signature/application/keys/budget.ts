const WINDOW_MS = 10_000;

/** Lets only so much begin, whoever asks for it. */
export class Budget {
  private underWay = 0;
  private begun = 0;
  private since = 0;

  /**
   * @param now milliseconds
   * @param atOnce how much may be under way
   * @param inWindow how much may begin within ten seconds
   */
  constructor(
    private readonly now: () => number,
    private readonly atOnce: number,
    private readonly inWindow: number,
  ) {}

  /** @throws Error when it may not begin now */
  async spend<T>(work: () => Promise<T>): Promise<T> {
    if (Math.abs(this.now() - this.since) >= WINDOW_MS) {
      this.since = this.now();
      this.begun = 0;
    }
    if (this.underWay >= this.atOnce || this.begun >= this.inWindow) {
      throw new Error('too many keys are asked for at once');
    }
    this.begun += 1;
    this.underWay += 1;
    try {
      return await work();
    } finally {
      this.underWay -= 1;
    }
  }
}
