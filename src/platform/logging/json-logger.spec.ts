import { openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JsonLogger } from './json-logger.js';

describe('JsonLogger', () => {
  let folder: string;
  /** Stays open: a logger flushes it for as long as the process lives. */
  let fd: number;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hookwell-log-'));
    fd = openSync(join(folder, 'log'), 'w');
  });

  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  const logger = (isTTY: boolean): JsonLogger => new JsonLogger('info', { isTTY, fd });
  const text = (): Promise<string> => readFile(join(folder, 'log'), 'utf8');
  const lines = async (): Promise<unknown[]> =>
    (await text())
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as unknown);

  it('writes one JSON object a line where no terminal is', async () => {
    const log = logger(false);
    log.log({ message: 'accepted', eventId: 'an id', source: 'stripe' }, 'IngestWebhook');
    log.debug('not at this level', 'IngestWebhook');
    log.warn('and\nmore', 'Relay');
    await expect.poll(lines).toEqual([
      expect.objectContaining({
        level: 'info',
        context: 'IngestWebhook',
        eventId: 'an id',
        source: 'stripe',
        msg: 'accepted',
      }),
      expect.objectContaining({ level: 'warn', context: 'Relay', msg: 'and\nmore' }),
    ]);
  });

  it('writes for people on a terminal', async () => {
    logger(true).log({ message: 'accepted', eventId: 'an id' }, 'IngestWebhook');
    const [first = ''] = (await text()).split('\n');
    expect(first).toContain('INFO');
    expect(first).toContain('accepted');
    expect(await text()).toMatch(/eventId.*: .*an id/);
    expect(await text()).not.toContain('{');
  });

  it('keeps the stack that Nest passes before its name, or alone', async () => {
    const log = logger(false);
    const { stack = '' } = new Error('away');
    log.error('not stopped', stack, 'Shutdown');
    log.error('not stopped', stack);
    log.error('no stack', undefined, 'Shutdown');
    await expect
      .poll(lines)
      .toEqual([
        expect.objectContaining({ msg: 'not stopped', stack, context: 'Shutdown' }),
        expect.objectContaining({ msg: 'not stopped', stack }),
        expect.not.objectContaining({ stack: expect.anything() as unknown }),
      ]);
    expect((await lines())[1]).not.toHaveProperty('context');
  });
});
