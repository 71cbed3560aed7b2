import type { JsonValue } from '../handler.js';

/** What an outside service says: a value, an error that it fails with, or a function that is called to find out. */
export type SideEffectAnswer = JsonValue | Error | (() => JsonValue | Promise<JsonValue>);

/** What a handler has asked for by one call of `context.sideEffect`. */
export interface SideEffectCall {
  readonly key: string;
  /** Whether the outside was called, or its earlier answer was remembered. */
  readonly remembered: boolean;
  readonly outcome: 'SUCCEEDED' | 'ERRORED';
}

/** Stands between handlers and the outside: answers by script, and remembers what has succeeded. */
export class BenchSideEffects {
  private readonly scripts = new Map<string, SideEffectAnswer[]>();
  private readonly memory = new Map<string, string>();

  /**
   * Says what calls of a key are answered with, one after the other; the last answer is given again and again. A key without a script
   * makes the handler's own call.
   */
  script(key: string, ...answers: readonly [SideEffectAnswer, ...SideEffectAnswer[]]): void {
    this.scripts.set(key, [...answers]);
  }

  /** The remembered result of a handler's call for an event, as JSON; undefined where it has not succeeded yet. */
  remembered(eventId: string, handler: string, key: string): string | undefined {
    return this.memory.get(JSON.stringify([eventId, handler, key]));
  }

  remember(eventId: string, handler: string, key: string, result: JsonValue): void {
    this.memory.set(JSON.stringify([eventId, handler, key]), JSON.stringify(result));
  }

  /** Calls the outside, or who plays it. */
  async call(key: string, call: () => Promise<JsonValue>): Promise<JsonValue> {
    const script = this.scripts.get(key);
    if (!script) return call();
    const answer = (script.length > 1 ? script.shift() : script[0]) as SideEffectAnswer;
    if (answer instanceof Error) throw answer;
    return typeof answer === 'function' ? answer() : answer;
  }
}
