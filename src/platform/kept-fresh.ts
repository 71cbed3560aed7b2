/**
 * Reads something again and again, for what others change. One reading comes after the other: what was read earlier must not replace
 * what was read later.
 */
export class KeptFresh {
  private timer: NodeJS.Timeout | undefined;
  private reading: Promise<void> = Promise.resolve();
  private round: Promise<void> = Promise.resolve();

  /**
   * @param everyMs the pause between two readings
   * @param read reads and keeps what it has read
   * @param warn is told what a reading has failed with
   */
  constructor(
    private readonly everyMs: number,
    private readonly read: () => Promise<void>,
    private readonly warn: (message: string) => void,
  ) {}

  /** Reads for the first time; rejects where that fails, for without it nothing is known. */
  async start(): Promise<void> {
    await this.refresh();
    this.refreshLater();
  }

  /** Reads what is there now, after a reading under way; resolves also where that fails. */
  refreshOrWarn(): Promise<void> {
    return this.refresh().catch((error: unknown) => {
      this.warn((error as Error).message);
    });
  }

  async stop(): Promise<void> {
    clearTimeout(this.timer);
    await this.round;
    clearTimeout(this.timer);
  }

  private refresh(): Promise<void> {
    this.reading = this.reading.catch(() => undefined).then(this.read);
    return this.reading;
  }

  private refreshLater(): void {
    this.timer = setTimeout(() => {
      this.round = this.refreshOrWarn().finally(() => {
        this.refreshLater();
      });
    }, this.everyMs);
  }
}
