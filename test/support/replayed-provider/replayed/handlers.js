import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { reject, retryLater, WebhookHandler } from 'hookwell/handler-kit';

const HOUR_MS = 3_600_000;

/** Files are in the folder SCRIPT_DIR, named by the event. */
const file = (event, suffix) => join(process.env.SCRIPT_DIR, `${event.idempotencyKey}.${suffix}`);

async function write(event, context, handler) {
  const manager = await context.transaction();
  await manager.query('INSERT INTO replayed_ledger (event_id, handler) VALUES (?, ?)', [event.id, handler]);
  return manager;
}

function handler(name, options, handle) {
  const type = {
    [name]: class {
      handle(event, context) {
        return handle(event, context);
      }
    },
  }[name];
  WebhookHandler({ provider: 'replayed', attempts: 1, ...options })(type);
  return type;
}

const dry = (name, handle, options) =>
  handler(name, { types: ['outcomes'], ...options }, async (event, context) =>
    context.dryRun ? handle(event, context) : {},
  );

export const handlers = [
  // Of a pair the first succeeds and the second fails while the file <id>.broken is there.
  handler('First', { types: ['pair'] }, async (event, context) => {
    await write(event, context, 'First');
    return { replay: context.replay, dryRun: context.dryRun };
  }),
  handler('Second', { types: ['pair'] }, async (event, context) => {
    if (existsSync(file(event, 'broken'))) throw new Error('broken');
    await write(event, context, 'Second');
    return { replay: context.replay, dryRun: context.dryRun };
  }),

  // One outcome each, for events of the type `outcomes`, when they are run dry; in earnest they do nothing.
  dry('Writes', async (event, context) => {
    const manager = await write(event, context, 'Writes');
    await write(event, context, 'Writes');
    await manager.query("UPDATE replayed_ledger SET handler = 'changed' WHERE event_id = ?", [event.id]);
    return { attempt: context.attempt, replay: context.replay };
  }),
  dry('Calls', async (event, context) => {
    await context.sideEffect('charge', async () => {
      writeFileSync(file(event, 'charged'), '');
      return {};
    });
  }),
  dry('Rejects', async (event, context) => {
    await write(event, context, 'Rejects');
    reject('it must not be');
  }),
  dry('PutsOff', async () => retryLater(5000, 'not yet')),
  dry('Throws', async () => {
    throw new Error('as it says');
  }),
  dry('Hangs', () => new Promise(() => {}), { timeoutMs: 100 }),
  dry('Drops', async (event, context) => {
    const manager = await context.transaction();
    await manager.query('DROP TABLE replayed_ledger');
  }),
  dry(
    'Outside',
    async (event) => {
      writeFileSync(file(event, 'outside'), '');
    },
    { transaction: false },
  ),
  // What it has called in earnest it is not to call again.
  handler('Remembers', { types: ['outcomes'] }, (event, context) =>
    context.sideEffect('greet', async () => ({ greeted: !context.dryRun })),
  ),
  dry(
    'Slow',
    async (event, context) => {
      await context.transaction();
      await new Promise(() => {});
    },
    { types: ['slow'], timeoutMs: 3000 },
  ),

  // Waits for the file <id>.go.
  handler('Waits', { types: ['wait'] }, async (event, context) => {
    writeFileSync(file(event, 'started'), '');
    while (!existsSync(file(event, 'go'))) await delay(20, undefined, { signal: context.signal });
  }),

  // Of one key after each other; one with `late` puts itself off.
  handler('InLine', { types: ['line', 'ordered'], ordering: 'serial' }, async (event) => {
    if (event.payload.late) retryLater(HOUR_MS, 'the bank is closed');
    await delay(20);
    return {};
  }),
  handler('Paid', { types: ['paid'], requires: ['opened'], requiresWithinMs: HOUR_MS }, async () => ({})),
];
