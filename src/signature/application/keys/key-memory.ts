import type { Told } from '../../domain/keys/key-place.js';
import { Budget } from './budget.js';

/** How many are remembered; providers have a few. */
const MOST_FOUND = 100;
const MOST_UNKNOWN = 1000;
const AT_ONCE = 4;
const IN_WINDOW = 20;

/**
 * Remembers keys by name, and for a while also the names that have none. Whoever makes names up has only so many of them asked for,
 * and cannot keep known keys from being asked for anew.
 */
export class KeyMemory<T> {
  private readonly found = new Map<string, { readonly value: T; readonly until: number }>();
  private readonly unknown = new Map<string, number>();
  private readonly asking = new Map<string, Promise<T | null>>();
  private readonly forNew: Budget;
  private readonly forKnown: Budget;

  /** @param now milliseconds */
  constructor(private readonly now: () => number) {
    this.forNew = new Budget(now, AT_ONCE, IN_WINDOW);
    this.forKnown = new Budget(now, AT_ONCE, IN_WINDOW);
  }

  /**
   * The key of this name, or null where there is none, from memory where that is fresh.
   * @param ask asks for it; its error is passed on and not remembered
   * @throws Error when too much is asked for at once
   */
  get(name: string, ask: () => Promise<Told<T>>): Promise<T | null> {
    const found = this.found.get(name);
    if (found && this.now() < found.until) return Promise.resolve(found.value);
    if (this.now() < (this.unknown.get(name) ?? 0)) return Promise.resolve(null);
    return this.renew(name, ask);
  }

  /** As {@link get}, whatever is remembered. Who asks for the same at the same time shares the answer. */
  renew(name: string, ask: () => Promise<Told<T>>): Promise<T | null> {
    const before = this.asking.get(name);
    if (before) return before;
    const asked = this.ask(name, ask).finally(() => this.asking.delete(name));
    this.asking.set(name, asked);
    return asked;
  }

  private async ask(name: string, ask: () => Promise<Told<T>>): Promise<T | null> {
    const budget = this.found.has(name) ? this.forKnown : this.forNew;
    const { value, forMs } = await budget.spend(ask);
    const until = this.now() + forMs;
    this.found.delete(name);
    this.unknown.delete(name);
    if (value === null) keep(this.unknown, name, until, MOST_UNKNOWN);
    else keep(this.found, name, { value, until }, MOST_FOUND);
    return value;
  }
}

/** Adds an entry, and drops the oldest where there are too many. */
function keep<V>(map: Map<string, V>, name: string, value: V, most: number): void {
  map.set(name, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}
