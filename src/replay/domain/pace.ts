/** Work that was held up for longer does not make up for it: it would come all at once. */
const LONGEST_CREDIT_MS = 500;

/** Spreads work evenly over time: tells how much has come due since it was last asked. */
export class Pace {
  /** In thousandths, for whole numbers add up exactly. */
  private credit = 0;

  /** @param since when the first piece of work begins to come due */
  constructor(
    private readonly perSecond: number,
    private since: Date,
  ) {}

  /** How many pieces are due by now; they count as done. */
  due(now: Date): number {
    const elapsed = Math.max(0, now.getTime() - this.since.getTime());
    this.since = now;
    const most = Math.max(1000, this.perSecond * LONGEST_CREDIT_MS);
    this.credit = Math.min(most, this.credit + this.perSecond * elapsed);
    const whole = Math.floor(this.credit / 1000);
    this.credit -= 1000 * whole;
    return whole;
  }
}
