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
 * - KILL     kills its own process, always
 * - TX       writes a row to the ledger through the operation's transaction
 * - TX_KILL  writes the row, and on the first take-up kills its own process before the commit
 * - HOLD     writes the row and keeps its transaction open until its signal fires
 * - HUGE     returns more than is kept
 * - ODD      returns what JSON has no word for
 * - NOTHING  throws what is no error
 * - STRAY    fails, and asks for its transaction when that is known
 * - PAIR     succeeds; a second handler does what the event's `companion` says
 * - MEET     waits for the second handler, as that one does for it
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
        await die();
        break;
      case 'TX':
        await writeLedger(event, context);
        break;
      case 'TX_KILL':
        await writeLedger(event, context);
        if (firstTime(file('killed'))) await die();
        break;
      case 'HOLD':
        await writeLedger(event, context);
        await fires(context.signal);
        break;
      case 'HUGE':
        return 'x'.repeat(1_000_000);
      case 'ODD':
        return () => 'nothing';
      case 'NOTHING':
        throw Object.create(null);
      case 'STRAY':
        // Nobody waits for it, and it comes after the attempt has ended.
        void delay(30)
          .then(() => writeLedger(event, context))
          .catch(() => writeFileSync(file('refused'), ''));
        throw new RejectEvent('as the script says');
      case 'PAIR':
        break;
      case 'MEET':
        firstTime(file('first'));
        await appears(file('second'), context.signal);
        break;
      default:
        throw new RejectEvent(`no such script: ${script}`);
    }
    return { script, attempt: context.attempt };
  }
}

/** The second handler of PAIR and MEET. */
export class Companion {
  async handle(event, context) {
    const { script, companion, times } = event.payload;
    const file = (suffix) => join(process.env.SCRIPT_DIR, `${event.idempotencyKey}.${suffix}`);
    if (script === 'MEET') {
      firstTime(file('second'));
      await appears(file('first'), context.signal);
    }
    if (companion === 'REJECT') throw new RejectEvent('the companion rejects');
    if (companion === 'LATER' && context.attempt <= times) throw new Error('the companion needs time');
    return { companion };
  }
}

/** Handles SILENT: never answers, and when its time is over writes to the ledger as if it had not been told. */
export class Silent {
  async handle(event, context) {
    const manager = await context.transaction();
    await fires(context.signal);
    await delay(20);
    const late = join(process.env.SCRIPT_DIR, `${event.idempotencyKey}.late`);
    const said = await insert(manager, event, context).then(
      () => 'written',
      () => 'refused',
    );
    writeFileSync(late, said);
    return { said };
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

function fires(signal) {
  return new Promise((resolve) => signal.addEventListener('abort', resolve));
}

async function writeLedger(event, context) {
  await insert(await context.transaction(), event, context);
}

async function insert(manager, event, context) {
  await manager.query('INSERT INTO scripted_ledger (event_id, attempt) VALUES (?, ?)', [
    event.id,
    context.attempt,
  ]);
}
