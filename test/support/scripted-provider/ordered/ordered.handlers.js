import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { reject, retryLater } from 'hookwell/handler-kit';

/**
 * Marks the begin and the end of each attempt in the file `marks.jsonl` of the folder SCRIPT_DIR, whose order is that of time for all
 * workers, and in between does what the event's `does` says, where it names the handler by `by`:
 *
 * - OK      succeeds
 * - TX      writes a row to the ledger through the operation's transaction
 * - HANG    leaves the file `<id>.started` and waits for `<id>.go`
 * - FAIL    throws on the first two attempts
 * - REJECT  fails for good
 * - LATER   puts itself off for an hour
 * - KILL    kills its own process on the first take-up, after its write and before the commit
 */
class Marking {
  async handle(event, context) {
    const { key, sequence, does, by } = event.payload;
    const handler = this.constructor.name;
    const mark = (name) =>
      appendFileSync(
        join(process.env.SCRIPT_DIR, 'marks.jsonl'),
        `${JSON.stringify({ mark: name, handler, id: event.id, type: event.type, key, sequence, at: Date.now(), pid: process.pid })}\n`,
      );
    mark('begin');
    try {
      if (by === undefined || by === handler) await this.do(does, event, context);
    } finally {
      mark('end');
    }
    return { sequence };
  }

  async do(what, event, context) {
    const file = (suffix) => join(process.env.SCRIPT_DIR, `${event.idempotencyKey}.${suffix}`);
    switch (what) {
      case 'OK':
        break;
      case 'TX':
        await writeLedger(event, context, this.constructor.name);
        break;
      case 'HANG':
        writeFileSync(file('started'), '');
        while (!existsSync(file('go'))) await delay(10, undefined, { signal: context.signal });
        break;
      case 'FAIL':
        if (context.attempt <= 2) throw new Error('as the script says');
        break;
      case 'REJECT':
        return reject('as the script says');
      case 'LATER':
        return retryLater(3_600_000, 'as the script says');
      case 'KILL':
        await writeLedger(event, context, this.constructor.name);
        if (!existsSync(file('killed'))) {
          writeFileSync(file('killed'), '');
          process.kill(process.pid, 'SIGKILL');
          await new Promise(() => {});
        }
        break;
      default:
        return reject(`no such script: ${what}`);
    }
  }
}

async function writeLedger(event, context, handler) {
  const manager = await context.transaction();
  await manager.query('INSERT INTO ordered_ledger (event_id, handler) VALUES (?, ?)', [event.id, handler]);
}

export class Plain extends Marking {}
export class Step extends Marking {}
export class Created extends Marking {}
export class Paid extends Marking {}
export class PaidOrFailed extends Marking {}
export class PaidOrRun extends Marking {}
export class State extends Marking {}
