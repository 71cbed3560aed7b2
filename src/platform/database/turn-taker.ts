/**
 * Lets one in at a time, from several lines in turn: a long line holds up those who stand in another by no more than one of its own.
 * Ours and not a library's, for those that we know have one line, or priorities that starve.
 */
export class TurnTaker<TLine extends string> {
  private readonly lines: ReadonlyMap<TLine, (() => void)[]>;
  private order: readonly TLine[];
  private taken = false;

  /** @param lines their names; the first comes first */
  constructor(lines: readonly TLine[]) {
    this.lines = new Map(lines.map((line) => [line, []]));
    this.order = lines;
  }

  /** Resolves when it is the caller's turn, with the function that ends it. */
  async wait(line: TLine): Promise<() => void> {
    if (this.taken) await new Promise<void>((resolve) => this.lines.get(line)?.push(resolve));
    this.taken = true;
    return () => {
      this.next();
    };
  }

  private next(): void {
    const line = this.order.find((name) => this.lines.get(name)?.length);
    if (line === undefined) {
      this.taken = false;
      return;
    }
    this.order = [...this.order.filter((name) => name !== line), line];
    this.lines.get(line)?.shift()?.();
  }
}
