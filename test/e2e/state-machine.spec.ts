import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CuttingProxy, startCuttingProxy } from '../support/cutting-proxy.js';
import type { Hookwell } from '../support/hookwell.js';
import { type Installed, modes } from '../support/modes.js';
import { Staged, STAGED_PROVIDERS, type StagedEvent } from '../support/staged.js';
import { StateWatch, type Watched } from '../support/state-watch.js';
import { fail, type Gate, mend, trip, Walks } from '../support/walks.js';

const CONCURRENCY = 16;
/** No lease runs out or is renewed but by the test. */
const LEASE = { LEASE_MS: '3600000' };
const RELAY = { RELAY_INTERVAL_MS: '50' };
/** No relay comes for as long as a test takes. */
const NO_RELAY = { RELAY_INTERVAL_MS: '60000' };

describe.each(modes)('all that happens to events, $mode', (mode) => {
  let folder: string;
  let installed: Installed;
  let hookwell: Hookwell;
  let proxy: CuttingProxy | undefined;
  let watch: StateWatch;
  let staged: Staged;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookwell-script-'));
    const settings = { PROVIDERS_DIR: STAGED_PROVIDERS, SCRIPT_DIR: folder, ...LEASE, ...RELAY };
    installed = await mode.install({ ...settings, WORKER_CONCURRENCY: String(CONCURRENCY) });
    ({ hookwell } = installed);
    const { DATABASE_URL: url } = installed.environment;
    proxy = url === undefined ? undefined : await startCuttingProxy(url);
    watch = await StateWatch.begin(installed.read, url !== undefined);
    staged = new Staged(hookwell, folder, installed.read);
    await staged.createSource('staged');
    await staged.createSource('spare');
  });

  afterAll(async () => {
    await installed.stop();
    proxy?.stop();
    await rm(folder, { recursive: true });
  });

  const post = async (event: StagedEvent): Promise<string> => (await staged.post(event)).id;
  const seen = async (of: Watched): Promise<string[]> => [...(await watch.observed(of)).edges.keys()];
  const stateIn = (of: Watched, key: string) => async (): Promise<string | undefined> =>
    (await watch.observed(of)).now.get(key);
  const at = (id: string): (() => Promise<string | undefined>) => stateIn('Event', id);
  const laneAt = (key: string): (() => Promise<string | undefined>) => stateIn('Lane', `staged ${key}`);

  it('takes operations from wherever they wait to whatever they come to', async () => {
    await new Walks(staged, watch, ['SUCCEEDED', 'RETRYING', 'LATER', 'FAILED', 'DROPPED']).go(null);
  });

  it.each(['PAUSE', 'BREAKER', 'LIMIT'] satisfies Gate[])(
    'takes them from wherever they wait to %s',
    async (gate) => {
      await new Walks(staged, watch, [gate]).go(gate);
    },
  );

  it('opens a breaker again where its probe fails', async () => {
    await trip(staged, watch, 'Free');
    await expect
      .poll(async () => {
        await staged.endBreakers();
        await fail(staged, 'Free');
        return seen('Breaker');
      })
      .toContain('HALF_OPEN → OPEN');
    await mend(staged, watch);
  });

  it('has events take turns in a lane', async () => {
    const key = randomUUID();
    const first = await staged.hang({ type: 'turn', key, sequence: 1 });
    const second = await post({ type: 'turn', key, sequence: 2, steps: ['TX'] });
    await expect.poll(at(second)).toBe('WAITING');
    staged.go(first);
    await expect.poll(at(second)).toBe('PROCESSED');
    await expect.poll(laneAt(key)).toBe('[*]');

    const other = randomUUID();
    const head = await post({ type: 'turn', key: other, steps: ['LATER'] });
    await expect.poll(at(head)).toBe('SCHEDULED');
    await expect.poll(laneAt(other)).toBe('IDLE');
    await staged.makeLaneDue(other);
    await expect.poll(() => seen('Lane')).toContain('IDLE → HELD');

    await expect
      .poll(at(await post({ type: 'both', key: randomUUID(), by: 'Beside', steps: ['LATER'] })))
      .toBe('SCHEDULED');
    await expect.poll(() => seen('Event')).toContain('SCHEDULED → IN_HAND');
  });

  it('passes over what is older than what a handler has worked on', async () => {
    const key = randomUUID();
    const parked = await post({ type: 'latest', key, sequence: 1 });
    const state = (id: string) => async (): Promise<unknown> =>
      (await watch.operations()).now.get(`${id} Latest`);
    await expect.poll(state(parked)).toBe('PREREQUISITE');
    await post({ type: 'before.latest', key, sequence: 5 });
    await expect.poll(state(parked)).toBe('SUPERSEDED');
    const late = await post({ type: 'latest', key, sequence: 3 });
    await expect.poll(state(late)).toBe('SUPERSEDED');
    await replay([late]);
  });

  it('ends an event whose body is not JSON, and one that nobody handles', async () => {
    const malformed = await staged.postRaw('not JSON');
    await expect.poll(at(malformed)).toBe('FAILED');
    await expect.poll(at(await post({ type: 'before' }))).toBe('PROCESSED');
    await replay([malformed]);
  });

  /** Replays events, and waits until each has come to its end once more. */
  async function replay(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      await staged.command('POST', `/events/${id}/replay`);
      await expect.poll(async () => (await hookwell.event(id)).status).not.toBe('RECEIVED');
    }
  }

  it('replays what has ended, and discards what has not', async () => {
    const succeeded = await post({ type: 'free' });
    const failed = await post({ type: 'free', steps: ['REJECT', 'REJECT'] });
    await expect.poll(at(succeeded)).toBe('PROCESSED');
    await expect.poll(at(failed)).toBe('FAILED');
    await replay([succeeded, failed]);
    await staged.discard(failed);
    await replay([failed]);

    await staged.command('PUT', '/pauses/source/staged', { reason: 'as the test says' });
    const waiting = await post({ type: 'free' });
    await expect.poll(at(waiting)).toBe('WAITING');
    await staged.discard(waiting);
    await staged.command('DELETE', '/pauses/source/staged');
    await replay([waiting]);
    const scheduled = await post({ type: 'free', steps: ['LATER'] });
    await expect.poll(at(scheduled)).toBe('SCHEDULED');
    await staged.discard(scheduled);
  });

  it('lets go of a lane, and takes one up again, whose lease has run out', async () => {
    const key = randomUUID();
    const slow = await staged.hang({ type: 'turn', key });
    await staged.makeLaneDue(key);
    await expect.poll(laneAt(key)).toBe('IDLE');
    staged.go(slow);
    await expect.poll(laneAt(key)).toBe('[*]');

    const other = randomUUID();
    const lost = await staged.hang({ type: 'turn', key: other });
    await staged.makeDue([lost.id]);
    await expect.poll(at(lost.id)).toBe('QUEUED');
    await staged.discard(lost.id);
    await staged.makeLaneDue(other);
    await expect.poll(laneAt(other)).toBe('[*]');
    staged.go(lost);
    await expect.poll(() => seen('Lane')).toContain('ADDED → [*]');
  });

  it('gives back what the queue and a worker have at a stop, and takes up what a killed one had', async () => {
    const hanging = Array.from({ length: CONCURRENCY }, () => staged.hang({ type: 'free' }));
    const inHand = await Promise.all(hanging);
    const queued = await staged.post({ type: 'free' });
    const discarded = await post({ type: 'turn', key: randomUUID() });
    expect(await at(queued.id)()).toBe('QUEUED');
    await staged.discard(discarded);
    await hookwell.end('SIGTERM');
    expect(await at(queued.id)()).toBe('SCHEDULED');

    await hookwell.restart(NO_RELAY);
    const left = await staged.hang({ type: 'free' });
    await staged.makeDue([left.id]);
    await staged.discard(left.id);
    const key = randomUUID();
    const killed = await staged.hang({ type: 'turn', key });
    await hookwell.end('SIGKILL');
    expect([await at(left.id)(), await at(killed.id)()]).toEqual(['DISCARDED', 'IN_HAND']);

    await staged.makeDue([killed.id]);
    await staged.makeLaneDue(key);
    await hookwell.restart({ ...RELAY, ...(proxy && { DATABASE_URL: proxy.url }) });
    for (const event of [...inHand, killed]) staged.go(event);
    for (const { id } of [...inHand, queued, killed]) await expect.poll(at(id)).toBe('PROCESSED');
  });

  it('takes operations up again whose commit is lost', async () => {
    await new Walks(staged, watch, ['LOST']).go(null);
  });

  it.each(['Event', 'Operation', 'Lane', 'Breaker'] as const)(
    'is what the document says of %s, and all of that has happened',
    async (name) => {
      const { edges: shown, embeddedEdges } = watch.machine(name);
      const { edges } = await (name === 'Operation' ? watch.operations() : watch.observed(name));
      expect([...edges].filter(([transition]) => !shown.has(transition))).toEqual([]);
      expect([...(proxy ? shown : embeddedEdges)].filter((transition) => !edges.has(transition))).toEqual([]);
    },
  );
});
