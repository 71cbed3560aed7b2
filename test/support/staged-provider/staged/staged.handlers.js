import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { reject, retryLater } from 'hookwell/handler-kit';

/**
 * Does at its n-th call for an event what the n-th of the event's `steps` says, where it is named by `by` or nobody is, and succeeds else:
 *
 * - OK      succeeds
 * - TX      succeeds, with a transaction
 * - CUT     succeeds, with a transaction whose commit is not to come through; see test/support/cutting-proxy.ts
 * - FAIL    throws
 * - REJECT  fails for good
 * - LATER   puts itself off for an hour
 * - HANG    leaves the file `<id>.started` and waits for `<id>.go`
 */
class Stepping {
  async handle(event, context) {
    const { steps, by } = event.payload;
    if (by !== undefined && by !== this.constructor.name) return null;
    const file = (suffix) => join(process.env.SCRIPT_DIR, `${event.idempotencyKey}.${suffix}`);
    const calls = file(`${this.constructor.name}.calls`);
    const made = existsSync(calls) ? Number(readFileSync(calls, 'utf8')) : 0;
    writeFileSync(calls, String(made + 1));
    const step = steps[made] ?? 'OK';
    switch (step) {
      case 'OK':
        break;
      case 'TX':
        await context.transaction();
        break;
      case 'CUT':
        await (await context.transaction()).query("SELECT 'break off'");
        break;
      case 'FAIL':
        throw new Error('as the step says');
      case 'REJECT':
        return reject('as the step says');
      case 'LATER':
        return retryLater(3_600_000, 'as the step says');
      case 'HANG':
        writeFileSync(file('started'), '');
        while (!existsSync(file('go'))) await delay(10, undefined, { signal: context.signal });
        break;
      default:
        return reject(`no such step: ${step}`);
    }
    return { step };
  }
}

export class Free extends Stepping {}
export class After extends Stepping {}
export class Latest extends Stepping {}
export class InTurn extends Stepping {}
export class Beside extends Stepping {}
