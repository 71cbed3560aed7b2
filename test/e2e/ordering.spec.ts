import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Hookwell } from '../support/hookwell.js';
import { SCRIPTED_PROVIDERS } from '../support/installation.js';
import { type Installed, modes } from '../support/modes.js';
import { createOrderedSource, Marks, type OrderedEvent, postOrdered } from '../support/ordered.js';

describe.each(modes)('events of one ordering key, $mode', (way) => {
  let installed: Installed;
  let hookwell: Hookwell;
  let folder: string;
  let marks: Marks;
  let key: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookwell-script-'));
    installed = await way.install({
      PROVIDERS_DIR: SCRIPTED_PROVIDERS,
      SCRIPT_DIR: folder,
      LEASE_MS: '2000',
      RELAY_INTERVAL_MS: '100',
    });
    ({ hookwell } = installed);
    marks = new Marks(folder);
    await createOrderedSource(hookwell);
  });

  afterAll(async () => {
    await installed.stop();
    await rm(folder, { recursive: true });
  });

  beforeEach(() => {
    key = randomUUID();
  });

  const post = (event: Omit<OrderedEvent, 'key'> & { key?: string }): Promise<string> =>
    postOrdered(hookwell, { key, ...event });

  const statuses = (ids: readonly string[]): Promise<string[]> =>
    Promise.all(ids.map(async (id) => (await hookwell.settled(id)).status));

  interface HoldRow {
    readonly handler: string;
    readonly reason: string;
    readonly waits_for: string;
  }
  const holdsOf = (id: string): Promise<HoldRow[]> =>
    installed.read(`SELECT handler, reason, waits_for FROM holds WHERE event_id = '${id}'`);
  const PARKED = [{ handler: 'Paid', reason: 'PREREQUISITE', waits_for: 'created' }];
  const parked = (id: string): Promise<void> => expect.poll(() => holdsOf(id)).toEqual(PARKED);

  describe('paid comes before created', () => {
    /** Created first, by both its handlers, and paid then. */
    const expectInOrder = async (ids: readonly string[], of = key): Promise<void> => {
      expect(await statuses(ids)).toEqual(ids.map(() => 'PROCESSED'));
      const begun = marks.begun(of);
      expect(begun.toSorted()).toEqual(['created 2', 'created 2', 'paid 1']);
      expect(begun.at(-1)).toBe('paid 1');
      expect(marks.overlaps(of)).toEqual([]);
      for (const id of ids) expect(await holdsOf(id)).toEqual([]);
    };

    it('by milliseconds', async () => {
      const paid = await post({ type: 'paid', sequence: 1, does: 'TX' });
      const created = await post({ type: 'created', sequence: 2, does: 'TX' });
      await expectInOrder([paid, created]);
      const ledger = `SELECT handler FROM ordered_ledger WHERE event_id IN ('${paid}', '${created}')`;
      const written = await installed.read<{ handler: string }>(ledger);
      expect(written.map(({ handler }) => handler).toSorted()).toEqual([
        'Created',
        'Paid',
        'Paid',
        'Plain',
        'Plain',
      ]);
    });

    it('by minutes, parked and seen to be so meanwhile', async () => {
      const paid = await post({ type: 'paid', sequence: 1 });
      await parked(paid);
      // Half an hour passes.
      const before = (column: string): string =>
        installed.environment['DATABASE_URL'] === undefined
          ? `strftime('%Y-%m-%d %H:%M:%f', ${column}, '-30 minutes')`
          : `${column} - INTERVAL 30 MINUTE`;
      await installed.read(
        `UPDATE holds SET since = ${before('since')}, deadline = ${before('deadline')}, due_at = ${before('due_at')}
         WHERE event_id = '${paid}'`,
      );
      await installed.read(
        `UPDATE events SET received_at = ${before('received_at')}, due_at = ${before('due_at')} WHERE id = '${paid}'`,
      );
      await installed.read(`UPDATE lanes SET due_at = ${before('due_at')} WHERE ordering_key = '${key}'`);
      expect(await hookwell.event(paid)).toMatchObject({ status: 'RECEIVED' });
      expect(marks.begun(key)).toEqual([]);
      await expectInOrder([paid, await post({ type: 'created', sequence: 2 })]);
    });

    it('three times: each is parked at once, with a deadline of its own', async () => {
      const ids = await Promise.all([1, 2, 3].map((sequence) => post({ type: 'paid', sequence })));
      for (const id of ids) await parked(id);
      const created = await post({ type: 'created', sequence: 4 });
      expect(await statuses([...ids, created])).toEqual(Array.from({ length: 4 }, () => 'PROCESSED'));
      expect(marks.begun(key, 'Paid')).toEqual(['created 4', 'paid 1', 'paid 2', 'paid 3']);
    });

    it('in one batch', async () => {
      const keys = Array.from({ length: 40 }, () => randomUUID());
      const ids = await Promise.all(
        keys.flatMap((of) => [
          post({ key: of, type: 'paid', sequence: 1 }),
          post({ key: of, type: 'created', sequence: 2 }),
        ]),
      );
      for (const [index, of] of keys.entries()) await expectInOrder(ids.slice(2 * index, 2 * index + 2), of);
    });

    it('and what created does takes several attempts', async () => {
      const paid = await post({ type: 'paid', sequence: 1 });
      await parked(paid);
      const created = await post({ type: 'created', sequence: 2, does: 'FAIL', by: 'Created' });
      expect(await statuses([paid, created])).toEqual(['PROCESSED', 'PROCESSED']);
      expect(marks.begun(key, 'Created')).toHaveLength(3);
      expect(marks.begun(key).at(-1)).toBe('paid 1');
      expect(marks.overlaps(key)).toEqual([]);
    });

    it('and created fails: paid waits on', async () => {
      const created = await post({ type: 'created', sequence: 1, does: 'REJECT', by: 'Plain' });
      expect(await statuses([created])).toEqual(['FAILED']);
      const paid = await post({ type: 'paid', sequence: 2 });
      await parked(paid);
      expect(await statuses([await post({ type: 'created', sequence: 3 }), paid])).toEqual([
        'PROCESSED',
        'PROCESSED',
      ]);
    });

    it('and created does not come: failed or run at the deadline, as declared', async () => {
      const failing = await Promise.all(
        [1, 2, 3].map((sequence) => post({ type: 'paid.or.failed', sequence })),
      );
      const other = randomUUID();
      const running = await Promise.all(
        [1, 2].map((sequence) =>
          post({ key: other, type: 'paid.or.run', sequence, does: 'FAIL', by: 'PaidOrRun' }),
        ),
      );
      expect(await statuses(failing)).toEqual(['FAILED', 'FAILED', 'FAILED']);
      const event = await hookwell.event(failing[2] ?? '');
      expect(event.lastError).toBe('no created of this key was processed within 1500 ms');
      expect(event.operations.find(({ handler }) => handler === 'PaidOrFailed')?.attempts).toMatchObject([
        { attempt: 1, outcome: 'EXPIRED' },
      ]);
      expect(marks.begun(key)).toEqual([]);
      expect(await statuses(running)).toEqual(['PROCESSED', 'PROCESSED']);
      // Three attempts each, and no second waiting in between.
      expect(marks.begun(other)).toEqual([
        ...Array.from({ length: 3 }, () => 'paid.or.run 1'),
        ...Array.from({ length: 3 }, () => 'paid.or.run 2'),
      ]);
    });

    it('and the process is killed in between, in the midst of created', async () => {
      const paid = await post({ type: 'paid', sequence: 1, does: 'TX' });
      await parked(paid);
      const created = await post({ type: 'created', sequence: 2, does: 'KILL', by: 'Created' });
      await hookwell.ended();
      await hookwell.restart();
      expect(await statuses([paid, created])).toEqual(['PROCESSED', 'PROCESSED']);
      expect(marks.begun(key).at(-1)).toBe('paid 1');
      expect(marks.begun(key, 'Created')).toEqual(['created 2', 'created 2']);
      const ledger = `SELECT handler FROM ordered_ledger WHERE event_id IN ('${paid}', '${created}')`;
      const written = await installed.read<{ handler: string }>(ledger);
      expect(written.map(({ handler }) => handler).toSorted()).toEqual(['Created', 'Paid', 'Plain']);
    });
  });

  it('take turns in the order of their sequence among those present, and other keys and plain handlers do not wait', async () => {
    const head = { id: randomUUID(), type: 'step', does: 'HANG', by: 'Step' } as const;
    const ids = [await post({ ...head, sequence: 5 })];
    await marks.started(head.id);
    for (const sequence of [9, 7, 8, 6, 1]) ids.push(await post({ type: 'step', sequence }));
    const others = Array.from({ length: 20 }, () => randomUUID());
    const othersIds = await Promise.all(others.map((of) => post({ key: of, type: 'step', sequence: 1 })));
    expect(await statuses(othersIds)).toEqual(others.map(() => 'PROCESSED'));
    await expect.poll(() => marks.begun(key, 'Plain')).toHaveLength(6);
    expect(marks.begun(key)).toEqual(['step 5']);
    marks.go(head.id);
    expect(await statuses(ids)).toEqual(ids.map(() => 'PROCESSED'));
    expect(marks.begun(key)).toEqual([5, 1, 6, 7, 8, 9].map((sequence) => `step ${sequence}`));
    expect(marks.overlaps(key)).toEqual([]);
  });

  it('wait for one that waits for its next attempt, and not for one that has failed', async () => {
    const failing = await post({ type: 'step', sequence: 1, does: 'FAIL', by: 'Step' });
    const rejected = await post({ type: 'step', sequence: 2, does: 'REJECT', by: 'Step' });
    const last = await post({ type: 'step', sequence: 3 });
    expect(await statuses([failing, rejected, last])).toEqual(['PROCESSED', 'FAILED', 'PROCESSED']);
    expect(marks.begun(key)).toEqual(['step 1', 'step 1', 'step 1', 'step 2', 'step 3']);
  });

  it('that are stuck for an hour hold up no others', async () => {
    const head = await post({ type: 'step', sequence: 1, does: 'LATER', by: 'Step' });
    const behind = await Promise.all(
      Array.from({ length: 30 }, (_, n) => post({ type: 'step', sequence: n + 2 })),
    );
    await expect.poll(() => holdsOf(head)).toMatchObject([{ handler: 'Step', reason: 'LATER' }]);
    await expect.poll(() => marks.begun(key, 'Plain')).toHaveLength(31);
    const others = await Promise.all(
      Array.from({ length: 30 }, () => post({ key: randomUUID(), type: 'step', sequence: 1 })),
    );
    expect(await statuses(others)).toEqual(others.map(() => 'PROCESSED'));
    expect(marks.begun(key)).toEqual(['step 1']);
    for (const id of [head, ...behind]) expect((await hookwell.event(id)).status).toBe('RECEIVED');
  });

  it('are passed over where a newer one was applied by a handler that supersedes', async () => {
    const newest = await post({ type: 'state', sequence: 9 });
    await statuses([newest]);
    const older = await post({ type: 'state', sequence: 8 });
    const newer = await post({ type: 'state', sequence: 10 });
    expect(await statuses([older, newer])).toEqual(['PROCESSED', 'PROCESSED']);
    expect(marks.begun(key)).toEqual(['state 9', 'state 10']);
    const { operations } = await hookwell.event(older);
    expect(operations.find(({ handler }) => handler === 'State')?.attempts).toMatchObject([
      { outcome: 'SUPERSEDED', error: 'a newer event of this key has been applied' },
    ]);
  });

  it('leave no lane behind', async () => {
    const id = await post({ type: 'step', sequence: 1 });
    await statuses([id]);
    await expect.poll(() => installed.read(`SELECT id FROM lanes WHERE ordering_key = '${key}'`)).toEqual([]);
  });
});
