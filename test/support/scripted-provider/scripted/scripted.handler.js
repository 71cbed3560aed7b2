import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { RejectEvent } from 'hookwell/handler-kit';

/**
 * Does what the event's `script` says:
 *
 * - OK       succeeds
 * - ERROR    throws on every attempt
 * - REJECT   throws RejectEvent
 * - LATER    throws on the first `times` attempts
 * - HANG     on the first take-up leaves the file `<key>.started` and waits for `<key>.go` or its signal
 * - KILL     on the first take-up kills its own process
 * - TX       writes a row to the ledger through the operation's transaction
 * - TX_KILL  writes the row, and on the first take-up kills its own process before the commit
 *
 * Files are in the folder SCRIPT_DIR, so that they outlive the process.
 */
export class Scripted {
  async handle(event, context) {
    const { script, times } = event.payload;
    const file = (suffix) => join(process.env.SCRIPT_DIR, `${event.idempotencyKey}.${suffix}`);
    switch (script) {
      case 'OK':
        break;
      case 'ERROR':
        throw new Error('as the script says');
      case 'REJECT':
        throw new RejectEvent('as the script says');
      case 'LATER':
        if (context.attempt <= times) throw new Error(`attempt ${context.attempt} of ${times} to fail`);
        break;
      case 'HANG':
        if (firstTime(file('started'))) await appears(file('go'), context.signal);
        break;
      case 'KILL':
        if (firstTime(file('killed'))) await die();
        break;
      case 'TX':
        await writeLedger(event, context);
        break;
      case 'TX_KILL':
        await writeLedger(event, context);
        if (firstTime(file('killed'))) await die();
        break;
      default:
        throw new RejectEvent(`no such script: ${script}`);
    }
    return { script, attempt: context.attempt };
  }
}

/** Whether the file was missing until now; makes it. */
function firstTime(file) {
  if (existsSync(file)) return false;
  writeFileSync(file, '');
  return true;
}

async function appears(file, signal) {
  while (!existsSync(file)) await delay(20, undefined, { signal });
}

/** SIGKILL needs a moment to arrive; nothing may happen in it. */
function die() {
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => {});
}

async function writeLedger(event, context) {
  const manager = await context.transaction();
  await manager.query('INSERT INTO scripted_ledger (event_id, attempt) VALUES (?, ?)', [
    event.id,
    context.attempt,
  ]);
}
