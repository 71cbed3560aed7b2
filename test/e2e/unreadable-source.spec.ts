import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Hookwell } from '../support/hookwell.js';
import { SCRIPTED_PROVIDERS } from '../support/installation.js';
import { createScriptedSource, SCRIPTED_SOURCE } from '../support/load.js';
import { type Installed, modes } from '../support/modes.js';
import { rejectionsOf } from '../support/rejections.js';
import { deliver, senderOf } from '../support/senders.js';

const BROKEN = 'broken';

describe.each(modes)('a source that a process cannot read, $mode', (mode) => {
  let installed: Installed;
  let hookwell: Hookwell;

  beforeAll(async () => {
    installed = await mode.install({ PROVIDERS_DIR: SCRIPTED_PROVIDERS });
    const { slug, secret } = senderOf('stripe');
    for (const name of [slug, BROKEN]) {
      const body = { name, provider: slug, secret };
      expect((await installed.hookwell.admin('/sources', { method: 'POST', body })).status).toBe(201);
    }
    await createScriptedSource(installed.hookwell);
    await installed.hookwell.end('SIGTERM');
    await installed.read(`UPDATE source_secrets SET value = 'no ciphertext' WHERE source = '${BROKEN}'`);
    hookwell = await Hookwell.start({
      ...Object.fromEntries(
        Object.entries(installed.environment).filter(([name]) => name !== 'PROVIDERS_DIR'),
      ),
      DATA_DIR: installed.hookwell.dataDir,
      LOG_LEVEL: 'error',
    });
  });

  afterAll(async () => {
    await hookwell.stop();
    await installed.stop();
  });

  it('does not keep it from starting and from accepting what others send', async () => {
    const { headers, body } = await deliver(senderOf('stripe'), 'invoice.paid', randomUUID());
    expect((await hookwell.post('stripe', body, headers)).status).toBe(200);
  });

  it.each([
    ['its provider has no folder here', SCRIPTED_SOURCE],
    ['its secret does not decrypt', BROKEN],
  ])('has its sender come back where %s, until it is disabled', async (_, name) => {
    const { headers, body } = await deliver(senderOf('stripe'), 'invoice.paid', randomUUID());
    const refused = await hookwell.post(name, body, headers);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    expect(refused.headers.get('content-type')).toContain('application/problem+json');
    const reasons = async (): Promise<string[]> =>
      (await rejectionsOf(hookwell, name)).map(({ reason }) => reason);
    await expect.poll(reasons).toEqual(['source_unreadable']);
    await hookwell.admin(`/sources/${name}`, { method: 'PATCH', body: { enabled: false } });
    expect((await hookwell.post(name, body, headers)).status).toBe(404);
    const lines = (): string[] =>
      hookwell.output.log.split('\n').filter((line) => line.includes(`"source":"${name}"`));
    await expect.poll(lines).toHaveLength(1);
  });
});
