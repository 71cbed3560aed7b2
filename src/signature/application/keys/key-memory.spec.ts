import { beforeEach, describe, expect, it } from 'vitest';
import { NO_KEY, type Told } from '../../domain/keys/key-place.js';
import { KeyMemory } from './key-memory.js';

const MINUTE = 60_000;
const KEY: Told<string> = { value: 'key', forMs: MINUTE };
const LIMIT = 'too many keys are asked for at once';

describe('KeyMemory', () => {
  let time: number;
  let memory: KeyMemory<string>;
  let asked: string[];

  beforeEach(() => {
    time = 1_800_000_000_000;
    memory = new KeyMemory(() => time);
    asked = [];
  });

  function ask(name: string, told: Told<string> = KEY): Promise<string | null> {
    return memory.get(name, () => {
      asked.push(name);
      return Promise.resolve(told);
    });
  }

  /** An answer that the test gives when it likes. */
  function pending(name: string): (told: Told<string>) => void {
    let tell: (told: Told<string>) => void = () => undefined;
    const told = new Promise<Told<string>>((resolve) => {
      tell = resolve;
    });
    memory.get(name, () => told).catch(() => undefined);
    return tell;
  }

  it('remembers a key as long as it may be believed', async () => {
    expect([await ask('a'), await ask('a')]).toEqual(['key', 'key']);
    time += MINUTE - 1;
    await ask('a');
    expect(asked).toEqual(['a']);
    time += 1;
    await ask('a');
    expect(asked).toEqual(['a', 'a']);
  });

  it('remembers for a while that there is no key', async () => {
    expect([await ask('a', NO_KEY), await ask('a')]).toEqual([null, null]);
    expect(asked).toEqual(['a']);
    time += NO_KEY.forMs;
    expect(await ask('a')).toBe('key');
  });

  it('knows no longer a key that is gone', async () => {
    await ask('a');
    time += MINUTE;
    expect([await ask('a', NO_KEY), await ask('a')]).toEqual([null, null]);
  });

  it('remembers no error', async () => {
    await expect(memory.get('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await ask('a')).toBe('key');
  });

  it('asks once for all who want the same at a time', async () => {
    const tell = pending('a');
    const others = [ask('a'), ask('a')];
    tell(KEY);
    expect(await Promise.all(others)).toEqual(['key', 'key']);
    expect(asked).toEqual([]);
  });

  it('lets four be asked for at a time', async () => {
    const tell = ['a', 'b', 'c', 'd'].map(pending);
    await expect(ask('e')).rejects.toThrow(LIMIT);
    tell[0]?.(KEY);
    await ask('a');
    expect(await ask('e')).toBe('key');
  });

  it('lets twenty be asked for within ten seconds, whatever comes of it', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 1000 }, (_, index) => index).reduce<Promise<unknown>[]>((all, index) => {
        const before = all.at(-1) ?? Promise.resolve();
        return [...all, before.catch(() => undefined).then(() => ask(`forged ${index}`, NO_KEY))];
      }, []),
    );
    expect(asked).toHaveLength(20);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(980);
    time += 10_000;
    expect(await ask('genuine')).toBe('key');
  });

  it('asks anew for what it has known, however many unknown ones are asked for', async () => {
    await ask('genuine');
    time += MINUTE;
    for (let index = 0; index < 30; index += 1) await ask(`forged ${index}`, NO_KEY).catch(() => undefined);
    asked = [];
    expect(await ask('genuine')).toBe('key');
    expect(asked).toEqual(['genuine']);
  });

  it('keeps a hundred keys, and forgets those first that it has had longest', async () => {
    for (let index = 0; index <= 100; index += 1) {
      if (index % 20 === 0) time += 10_000;
      await ask(String(index), { value: 'key', forMs: 10 * MINUTE });
    }
    asked = [];
    time += 10_000;
    await ask('1');
    await ask('0');
    expect(asked).toEqual(['0']);
  });

  it('asks when it is told to, although it knows', async () => {
    await ask('a');
    expect(await memory.renew('a', () => Promise.resolve({ value: 'newer', forMs: MINUTE }))).toBe('newer');
    expect(await ask('a')).toBe('newer');
  });
});
