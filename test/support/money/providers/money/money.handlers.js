import { appendFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { step } from '../../killing.js';

/** The account that fees go to. */
const FEES = 0;

/** Moves the event's cents, by what cannot be done twice unseen; `note` is kept with the row in the ledger. */
async function move(event, context, handler, { from, to, cents }, note = null) {
  step('begin');
  const manager = await context.transaction();
  step('opened');
  // Lower account first, so that two transfers cannot deadlock.
  const changes = [
    [from, -cents],
    [to, cents],
  ].toSorted(([one], [other]) => one - other);
  for (const [account, change] of changes) {
    await manager.query('UPDATE money_accounts SET balance = balance + ? WHERE id = ?', [change, account]);
    step('moved');
  }
  await manager.query('INSERT INTO money_ledger (event_id, handler, note) VALUES (?, ?, ?)', [
    event.id,
    handler,
    note,
  ]);
  step('written');
  return { cents };
}

export class Transfer {
  handle(event, context) {
    return move(event, context, 'Transfer', event.payload);
  }
}

/** A second handler of the same events: an operation of its own, with a transaction of its own. */
export class Fee {
  handle(event, context) {
    return move(event, context, 'Fee', { from: event.payload.from, to: FEES, cents: 1 });
  }
}

/** Writes nothing, so that its event is settled after the others' commits. */
export class Audit {
  async handle() {
    step('audited');
    return null;
  }
}

/** Calls an outside service first, which keeps a list of its own in the file `calls` of the folder SCRIPT_DIR. */
export class Charge {
  async handle(event, context) {
    const note = (what, token) =>
      appendFileSync(join(process.env.SCRIPT_DIR, 'calls'), `${what} ${event.id} ${token}\n`);
    const token = await context.sideEffect('charge', async () => {
      step('before the call');
      const made = randomUUID();
      note('called', made);
      step('called');
      return made;
    });
    note('remembered', token);
    step('remembered');
    return move(event, context, 'Charge', event.payload, token);
  }
}

export class Ordered {
  handle(event, context) {
    return move(event, context, 'Ordered', event.payload);
  }
}

/** Parked until the first of its key is done. */
export class Close {
  handle(event, context) {
    return move(event, context, 'Close', event.payload);
  }
}
