import { describe, expect, it } from 'vitest';
import { TurnTaker } from './turn-taker.js';

describe('TurnTaker', () => {
  /** Waits in the lines in the given order, and gives the order of the turns. */
  async function turns(lines: readonly ('short' | 'long')[]): Promise<string[]> {
    const taker = new TurnTaker(['short', 'long']);
    const had: string[] = [];
    let inside = 0;
    await Promise.all(
      lines.map(async (line, index) => {
        const end = await taker.wait(line);
        inside += 1;
        expect(inside).toBe(1);
        had.push(`${line} ${index}`);
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
        end();
      }),
    );
    return had;
  }

  it('lets one in at a time, in the order in which they came', async () => {
    expect(await turns(['long', 'long', 'long'])).toEqual(['long 0', 'long 1', 'long 2']);
  });

  it('takes the lines in turn, so that a long one holds up nobody in the other by more than one', async () => {
    expect(await turns(['long', 'long', 'long', 'long', 'short', 'short'])).toEqual([
      'long 0',
      'short 4',
      'long 1',
      'short 5',
      'long 2',
      'long 3',
    ]);
  });

  it('is free again after the last one', async () => {
    const taker = new TurnTaker(['only']);
    for (let time = 0; time < 3; time += 1) {
      const late = new Promise((resolve) => setImmediate(resolve, 'still taken'));
      const turn = taker.wait('only').then((end) => {
        end();
        return 'in';
      });
      expect(await Promise.race([turn, late])).toBe('in');
    }
  });
});
