/** How much may run at a gate, in all workers together; null where that is not bounded. */
export interface Limit {
  /** Operations at once. */
  readonly concurrency: number | null;
  /** Operations that start within any second. */
  readonly ratePerSecond: number | null;
}

/** A gate that has a limit. */
export interface LimitedGate {
  readonly name: string;
  readonly limit: Limit;
}

/** What runs at a gate now. */
export interface GateUse {
  readonly running: number;
  /** Within the last second. */
  readonly started: number;
}

/** The limit in force: what an admin has set goes before what the handler declares; null where nothing is bounded. */
export function limitInForce(set: Limit | undefined, declared: Limit | undefined): Limit | null {
  const concurrency = set?.concurrency ?? declared?.concurrency ?? null;
  const ratePerSecond = set?.ratePerSecond ?? declared?.ratePerSecond ?? null;
  return concurrency === null && ratePerSecond === null ? null : { concurrency, ratePerSecond };
}

/** The free places at some gates. Whoever decides about them has the gates locked. */
export class Places {
  private readonly use: Map<string, GateUse>;

  /** @param use by gate; at a gate that is not in it, nothing runs */
  constructor(use: ReadonlyMap<string, GateUse>) {
    this.use = new Map(use);
  }

  /** Takes a place at each gate and gives null, or takes none and gives the name of the first gate that is full. */
  take(gates: readonly LimitedGate[]): string | null {
    const full = gates.find((gate) => this.isFull(gate));
    if (full) return full.name;
    for (const { name } of gates) {
      const { running, started } = this.at(name);
      this.use.set(name, { running: running + 1, started: started + 1 });
    }
    return null;
  }

  private isFull({ name, limit: { concurrency, ratePerSecond } }: LimitedGate): boolean {
    const { running, started } = this.at(name);
    return running >= (concurrency ?? Infinity) || started >= (ratePerSecond ?? Infinity);
  }

  private at(gate: string): GateUse {
    return this.use.get(gate) ?? { running: 0, started: 0 };
  }
}
