import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, modes } from '../support/modes.js';

const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

/** A team's own package, compiled: a provider that nobody here has heard of, with a handler and a table of its own. */
async function writeAcme(root: string): Promise<void> {
  const folder = join(root, 'providers', 'acme');
  await mkdir(join(folder, 'migrations'), { recursive: true });
  await writeFile(join(root, 'package.json'), '{"type":"module"}');
  // As `npm link <path of this repository>` does.
  await mkdir(join(root, 'node_modules'));
  await symlink(resolve('.'), join(root, 'node_modules/hookwell'));
  await writeFile(
    join(folder, 'provider.js'),
    `import { defineProvider, headerField, parseJson, stringField, WebhookHandler } from 'hookwell/handler-kit';
     import { standardWebhooks } from 'hookwell/signatures';
     export const definition = defineProvider({
       slug: 'acme',
       displayName: 'Acme',
       scheme: standardWebhooks,
       derive: ({ headers, body }) => ({
         id: headerField(headers, 'webhook-id'),
         type: stringField(parseJson(body), 'type'),
         orderingKey: null,
         occurredAt: null,
       }),
       simulate: ({ body, id }) => ({ headers: { 'webhook-id': id }, body: Buffer.from(body) }),
     });
     class CountAnvils {
       async handle(event, context) {
         const manager = await context.transaction();
         await manager.query('INSERT INTO acme_anvils (event_id, anvils) VALUES (?, ?)', [event.id, event.payload.anvils]);
         return { anvils: event.payload.anvils };
       }
     }
     WebhookHandler({ provider: 'acme', types: ['anvils.dropped'] })(CountAnvils);
     export const handlers = [CountAnvils];`,
  );
  await writeFile(
    join(folder, 'migrations', '1795000001000-acme-anvils.js'),
    `export class AcmeAnvils1795000001000 {
       async up(runner) { await runner.query('CREATE TABLE acme_anvils (event_id char(36) PRIMARY KEY, anvils integer)'); }
       async down(runner) { await runner.query('DROP TABLE acme_anvils'); }
     }`,
  );
}

describe.each(modes)('a provider folder that is added, $mode', (mode) => {
  let root: string;
  let installed: Installed;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'hookwell-providers-'));
    await writeAcme(root);
    installed = await mode.install({ PROVIDERS_DIR: join(root, 'providers') });
  });

  afterAll(async () => {
    await installed.stop();
    await rm(root, { recursive: true });
  });

  it('is a provider, with nothing else touched', async () => {
    const { hookwell, read } = installed;
    const source = { name: 'coyote', provider: 'acme', secret: SECRET };
    expect((await hookwell.admin('/sources', { method: 'POST', body: source })).status).toBe(201);
    const body = '{"type":"anvils.dropped","anvils":3}';
    const now = new Date();
    const response = await hookwell.post('coyote', body, {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(SECRET).sign('msg_1', now, body),
    });
    expect(response.status).toBe(200);
    const event = await hookwell.settled(((await response.json()) as { id: string }).id);
    expect(event).toMatchObject({
      provider: 'acme',
      type: 'anvils.dropped',
      status: 'PROCESSED',
      operations: [{ handler: 'CountAnvils', status: 'SUCCEEDED', result: { anvils: 3 } }],
    });
    expect(await read('SELECT anvils FROM acme_anvils')).toEqual([{ anvils: 3 }]);
  });
});
