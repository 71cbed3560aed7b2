import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { randomUUID } from 'node:crypto';
import { v7 as uuidV7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { encryptSecret } from '../../src/signature/infrastructure/secret-cipher.js';
import { Hookwell, SECRETS_KEY } from '../support/hookwell.js';
import { type Installed, modes } from '../support/modes.js';
import { deliver, senderOf } from '../support/senders.js';

const COMMAND = resolve('dist/scripts/rotate-secrets-key.js');
const NEW_KEY = Buffer.alloc(32, 8).toString('base64');
const stripe = senderOf('stripe');
/** So many that the command takes some time, in which it can be killed. */
const MANY = 4000;
/** Milliseconds: several processes start, one after the other. */
const PATIENCE = 180_000;

vi.setConfig({ testTimeout: PATIENCE, hookTimeout: PATIENCE });

function command(hookwell: Hookwell, environment: Readonly<Record<string, string>>): ChildProcess {
  return spawn(process.execPath, [COMMAND], {
    env: { PATH: process.env['PATH'], DATA_DIR: hookwell.dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** What the command says in the end, and how it ended. */
async function said(child: ChildProcess): Promise<{ code: number | null; output: string; error: string }> {
  const [output, error] = await Promise.all([
    text(child.stdout as NonNullable<typeof child.stdout>),
    text(child.stderr as NonNullable<typeof child.stderr>),
    once(child, 'exit'),
  ]);
  return { code: child.exitCode, output: output.trimEnd().split('\n').at(-1) ?? '', error };
}

async function statusOf(hookwell: Hookwell): Promise<number> {
  const { headers, body } = await deliver(stripe, 'invoice.paid', randomUUID());
  return (await hookwell.post('stripe', body, headers)).status;
}

async function createSource(hookwell: Hookwell): Promise<void> {
  const body = { name: 'stripe', provider: 'stripe', secret: stripe.secret };
  expect((await hookwell.admin('/sources', { method: 'POST', body })).status).toBe(201);
}

describe.each(modes)('the rotation of SECRETS_KEY, $mode', (mode) => {
  let installed: Installed;
  let hookwell: Hookwell;

  beforeAll(async () => {
    // What is shown is that it goes on verifying, on a machine however slow.
    installed = await mode.install({ ACCEPT_TIMEOUT_MS: '60000' });
    ({ hookwell } = installed);
    await createSource(hookwell);
    const key = Buffer.from(SECRETS_KEY, 'base64');
    const rows = Array.from({ length: MANY }, () => {
      const value = encryptSecret('v', { source: 'other', purpose: 'signature' }, key);
      return `('${uuidV7()}', 'other', 'signature', '${value}', '2026-01-31 12:00:00.000')`;
    });
    for (let from = 0; from < MANY; from += 500) {
      await installed.read(
        `INSERT INTO source_secrets (id, source, purpose, value, created_at) VALUES ${rows.slice(from, from + 500).join(', ')}`,
      );
    }
  });

  afterAll(() => installed.stop());

  const keys = (): Record<string, string> => ({ SECRETS_KEY: NEW_KEY, SECRETS_KEY_PREVIOUS: SECRETS_KEY });
  const rotating = (): ChildProcess => command(hookwell, { ...installed.environment, ...keys() });
  const fingerprint = async (): Promise<unknown> =>
    installed.read("SELECT value FROM settings WHERE name = 'secrets-key-fingerprint'");

  it('goes on where it was killed, and leaves a process verifying that was not told', async () => {
    const before = await fingerprint();
    const killed = rotating();
    await once(killed.stdout as NonNullable<typeof killed.stdout>, 'data');
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    expect(await fingerprint()).toEqual(before);
    expect(await statusOf(hookwell)).toBe(200);
    const again = said(rotating());
    const seen: number[] = [];
    for (let over = false; !over;) {
      over = await Promise.race([
        again.then(() => true),
        statusOf(hookwell).then((status) => !seen.push(status)),
      ]);
    }
    const { code, output, error } = await again;
    expect([code, error]).toEqual([0, '']);
    const [, count = ''] =
      /^done: (\d+) secrets encrypted anew; SECRETS_KEY_PREVIOUS can go/.exec(output) ?? [];
    expect(Number(count)).toBeGreaterThan(0);
    expect(Number(count)).toBeLessThan(MANY);
    expect(new Set(seen)).toEqual(new Set([200]));
    expect(await fingerprint()).not.toEqual(before);
    expect(await statusOf(hookwell)).toBe(200);
  });

  it('lets a process that was not told store no secret under the key from before', async () => {
    const body = { secret: stripe.otherSecret };
    const response = await hookwell.admin('/sources/stripe/secrets', { method: 'POST', body });
    expect(response.status).toBe(503);
    expect(((await response.json()) as { detail: string }).detail).toMatch(/^SECRETS_KEY was rotated/);
  });

  it('leaves nothing that needs the key from before', async () => {
    await hookwell.end('SIGTERM');
    await hookwell.restart({ SECRETS_KEY: NEW_KEY });
    expect(await statusOf(hookwell)).toBe(200);
    const body = { secret: stripe.otherSecret };
    const added = await hookwell.admin('/sources/stripe/secrets', { method: 'POST', body });
    expect(added.status).toBe(201);
  });

  it('is refused without the key from before', async () => {
    const { code, error } = await said(
      command(hookwell, { ...installed.environment, SECRETS_KEY: Buffer.alloc(32, 9).toString('base64') }),
    );
    expect([code, error]).toEqual([1, expect.stringContaining('Configuration: SECRETS_KEY is not the key')]);
  });
});

describe('the rotation of the key file', () => {
  it('goes on beside the process, which takes the new key by itself', async () => {
    const hookwell = await Hookwell.start({ SECRETS_KEY: '' });
    await createSource(hookwell);
    const { code, output } = await said(command(hookwell, {}));
    expect([code, output]).toEqual([
      0,
      expect.stringMatching(/^done: 1 secrets .* the new key is in .*secrets\.key$/),
    ]);
    expect((await readdir(hookwell.dataDir)).filter((name) => name.includes('key'))).toEqual(['secrets.key']);
    expect(await statusOf(hookwell)).toBe(200);
    const added = { method: 'POST', body: { secret: stripe.otherSecret } };
    expect((await hookwell.admin('/sources/stripe/secrets', added)).status).toBe(201);
    await hookwell.end('SIGTERM');
    await hookwell.restart();
    expect(await statusOf(hookwell)).toBe(200);
    await hookwell.stop();
  });
});
