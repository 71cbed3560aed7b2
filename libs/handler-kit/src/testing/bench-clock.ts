interface Alarm {
  readonly at: number;
  readonly ring: () => void;
}

/** A clock that stands still until a test moves it. */
export class BenchClock {
  private time: number;
  private readonly alarms = new Set<Alarm>();

  constructor(start: Date) {
    this.time = start.getTime();
  }

  now(): Date {
    return new Date(this.time);
  }

  /** Moves it forward. Timeouts that are over by then fire now, the earliest first. */
  advance(milliseconds: number): void {
    this.time += milliseconds;
    const due = [...this.alarms].filter(({ at }) => at <= this.time).sort((one, other) => one.at - other.at);
    for (const alarm of due) {
      this.alarms.delete(alarm);
      alarm.ring();
    }
  }

  /** Has something happen once the clock was moved so far; gives what takes that back. */
  alarm(inMilliseconds: number, ring: () => void): () => void {
    const alarm = { at: this.time + inMilliseconds, ring };
    this.alarms.add(alarm);
    return () => {
      this.alarms.delete(alarm);
    };
  }
}
