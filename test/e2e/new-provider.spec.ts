import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, modes } from '../support/modes.js';

const SECRET = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD';

/** A team's compiled folder: a provider that nobody here has heard of, with a handler and a table of its own. */
async function writeAcme(parent: string): Promise<void> {
  const library = (name: string): string => pathToFileURL(resolve('dist/libs', name, 'src/index.js')).href;
  const folder = join(parent, 'acme');
  await mkdir(join(folder, 'migrations'), { recursive: true });
  await writeFile(join(parent, 'package.json'), '{"type":"module"}');
  await writeFile(
    join(folder, 'provider.js'),
    `import { defineProvider, headerField, parseJson, stringField, WebhookHandler } from '${library('handler-kit')}';
     import { standardWebhooks } from '${library('signatures')}';
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
  let parent: string;
  let installed: Installed;

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'hookwell-providers-'));
    await writeAcme(parent);
    installed = await mode.install({ PROVIDERS_DIR: parent });
  });

  afterAll(async () => {
    await installed.stop();
    await rm(parent, { recursive: true });
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
