import { Rounds } from './rounds.js';

/**
 * Reads something again and again, for what others change. One reading comes after the other: what was read earlier must not replace
 * what was read later.
 */
export class KeptFresh {
  private readonly rounds: Rounds;
  private reading: Promise<void> = Promise.resolve();

  /**
   * @param everyMs the pause between two readings
   * @param read reads and keeps what it has read
   * @param warn is told what a reading has failed with
   */
  constructor(
    everyMs: number,
    private readonly read: () => Promise<void>,
    private readonly warn: (message: string) => void,
  ) {
    const round = async (): Promise<number> => {
      await this.refresh();
      return everyMs;
    };
    this.rounds = new Rounds(everyMs, round, warn);
  }

  /** Reads for the first time; rejects where that fails, for without it nothing is known. */
  async start(): Promise<void> {
    await this.refresh();
    this.rounds.start();
  }

  /** Reads what is there now, after a reading under way; resolves also where that fails. */
  refreshOrWarn(): Promise<void> {
    return this.refresh().catch((error: unknown) => {
      this.warn((error as Error).message);
    });
  }

  stop(): Promise<void> {
    return this.rounds.stop();
  }

  private refresh(): Promise<void> {
    this.reading = this.reading.catch(() => undefined).then(this.read);
    return this.reading;
  }
}
