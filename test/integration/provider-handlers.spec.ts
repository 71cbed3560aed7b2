import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type EventHandler, lockRow, type WebhookEvent } from 'hookwell/handler-kit';
import type { DataSource, EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDataSource } from '../../src/platform/database/data-source.js';
import type { SqlDatabase } from '../../src/platform/database/sql-database.js';
import { GithubPullRequestEntity } from '../../src/providers/github/pull-request.entity.js';
import { RecordPullRequest } from '../../src/providers/github/record-pull-request.handler.js';
import { RecordPush } from '../../src/providers/github/record-push.handler.js';
import { GithubRefEntity } from '../../src/providers/github/ref.entity.js';
import { ShopifyOrderEntity } from '../../src/providers/shopify/order.entity.js';
import { RecordOrder } from '../../src/providers/shopify/record-order.handler.js';
import { StandardWebhookMessageEntity } from '../../src/providers/standard-webhooks/message.entity.js';
import { RecordMessage } from '../../src/providers/standard-webhooks/record-message.handler.js';
import { StripeInvoiceEntity } from '../../src/providers/stripe/invoice.entity.js';
import { StripePaymentEntity } from '../../src/providers/stripe/payment.entity.js';
import { RecordInvoice } from '../../src/providers/stripe/record-invoice.handler.js';
import { RecordPayment } from '../../src/providers/stripe/record-payment.handler.js';
import { type DatabaseReader, mysqlReader } from '../support/database-reader.js';
import { builtDataSource, databaseKinds, migrateBuilt, type TestDatabase } from '../support/databases.js';

const ENTITIES = [
  GithubPullRequestEntity,
  GithubRefEntity,
  ShopifyOrderEntity,
  StandardWebhookMessageEntity,
  StripeInvoiceEntity,
  StripePaymentEntity,
];

/** InnoDB answers with what it has said before until nobody has asked for a tenth of a second. */
const INNODB_PAUSE_MS = 150;

/** Resolves once a transaction of the database waits for another one's lock. */
async function lockWait(read: DatabaseReader): Promise<void> {
  const waiting = `SELECT trx_id FROM information_schema.INNODB_TRX JOIN information_schema.PROCESSLIST ON id = trx_mysql_thread_id
    WHERE db = DATABASE() AND trx_state = 'LOCK WAIT'`;
  await expect.poll(() => read(waiting), { interval: INNODB_PAUSE_MS, timeout: 10_000 }).toHaveLength(1);
}

/** An event of a sample, with some of its fields changed. */
async function event(
  provider: string,
  type: string,
  change: (payload: never) => void = () => undefined,
): Promise<WebhookEvent> {
  const body = await readFile(resolve('src/providers', provider, 'fixtures', `${type}.json`));
  const payload = JSON.parse(body.toString()) as never;
  change(payload);
  return {
    id: '01900000-0000-7000-8000-000000000000',
    source: provider,
    provider,
    type,
    idempotencyKey: 'key',
    orderingKey: null,
    occurredAt: null,
    receivedAt: new Date(0),
    headers: {},
    payload,
    rawBody: body,
  };
}

interface Rule {
  readonly rule: string;
  readonly handler: EventHandler;
  readonly older: WebhookEvent;
  readonly newer: WebhookEvent;
  /** What the handler says of the older one when it comes last. */
  readonly late: object;
  readonly entity: EntityTarget<ObjectLiteral>;
  /** What is known in the end, in whichever order the two arrive. */
  readonly row: object;
}

interface Invoice {
  data: { object: { amount_due: number } };
}
interface Order {
  total_price: string;
}
interface PullRequest {
  pull_request: { updated_at: string; state: string; title: string };
}
interface Push {
  after: string;
  deleted: boolean;
  head_commit: null;
  repository: { pushed_at: number };
}

const REPOSITORY = 'Codertocat/Hello-World';
const RULES: readonly Rule[] = [
  {
    rule: 'a paid invoice stays paid, and as it was paid',
    handler: new RecordInvoice(),
    older: await event('stripe', 'invoice.created', ({ data }: Invoice) => (data.object.amount_due = 900)),
    newer: await event('stripe', 'invoice.paid'),
    late: { status: 'paid' },
    entity: StripeInvoiceEntity,
    row: { id: 'in_1MtHbELkdIwHu7ixl4OzzPMv', status: 'paid', amountDue: 1000, currency: 'usd' },
  },
  {
    rule: 'what is shipped stays shipped, and as it was shipped',
    handler: new RecordOrder(),
    older: await event('shopify', 'orders/create', (order: Order) => (order.total_price = '1.00')),
    newer: await event('shopify', 'orders/fulfilled'),
    late: { shipmentState: 'fulfilled' },
    entity: ShopifyOrderEntity,
    row: {
      id: 'gid://shopify/Order/820982911946154508',
      name: '#9999',
      totalPrice: '404.95',
      currency: 'USD',
      shipmentState: 'fulfilled',
    },
  },
  {
    rule: 'an older pull request changes nothing',
    handler: new RecordPullRequest(),
    older: await event('github', 'pull_request'),
    newer: await event('github', 'pull_request', ({ pull_request }: PullRequest) => {
      Object.assign(pull_request, {
        updated_at: '2019-05-15T15:20:34Z',
        state: 'closed',
        merged: true,
        title: 'Newer',
      });
    }),
    late: { applied: false },
    entity: GithubPullRequestEntity,
    row: {
      repository: REPOSITORY,
      number: 2,
      state: 'closed',
      merged: true,
      title: 'Newer',
      updatedAt: new Date('2019-05-15T15:20:34Z'),
    },
  },
  {
    rule: 'an older push changes nothing',
    handler: new RecordPush(),
    older: await event('github', 'push'),
    newer: await event('github', 'push', (push: Push) => {
      push.after = 'a'.repeat(40);
      push.repository.pushed_at += 1;
    }),
    late: { applied: false },
    entity: GithubRefEntity,
    row: {
      repository: REPOSITORY,
      ref: 'refs/heads/master',
      head: 'a'.repeat(40),
      pushedBy: 'Codertocat',
      pushedAt: new Date('2019-05-15T15:20:58Z'),
    },
  },
  {
    rule: 'a deleted ref has no head',
    handler: new RecordPush(),
    older: await event('github', 'push'),
    newer: await event('github', 'push', (push: Push) => {
      Object.assign(push, { after: '0'.repeat(40), deleted: true, head_commit: null });
      push.repository.pushed_at += 1;
    }),
    late: { applied: false },
    entity: GithubRefEntity,
    row: {
      repository: REPOSITORY,
      ref: 'refs/heads/master',
      head: null,
      pushedBy: 'Codertocat',
      pushedAt: new Date('2019-05-15T15:20:58Z'),
    },
  },
];

const ignore = (): void => undefined;

describe.each(databaseKinds)("the providers' handlers on $name", (kind) => {
  let made: TestDatabase;
  let dataSource: DataSource;
  let database: SqlDatabase;

  beforeAll(async () => {
    made = await kind.make();
    const { config } = made;
    const migrated = await (await builtDataSource(config)).initialize();
    await migrateBuilt(migrated);
    await migrated.destroy();
    dataSource = await createDataSource(config)
      .setOptions({ entities: ENTITIES, migrations: [] })
      .initialize();
    database = await made.connect(dataSource);
  });

  beforeEach(async () => {
    for (const entity of ENTITIES) await dataSource.getRepository<ObjectLiteral>(entity).clear();
  });

  afterAll(async () => {
    await database.close();
    await made.stop();
  });

  /** Does some work in a transaction of its own and keeps it. */
  async function commit<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    const transaction = await database.open();
    try {
      const result = await work(transaction.manager);
      await transaction.commit();
      return result;
    } catch (error) {
      await transaction.rollback();
      throw error;
    }
  }

  const handle = (handler: EventHandler, happened: WebhookEvent, manager: EntityManager): Promise<unknown> =>
    handler.handle(happened, {
      attempt: 1,
      replay: false,
      dryRun: false,
      signal: new AbortController().signal,
      logger: { debug: ignore, log: ignore, warn: ignore, error: ignore },
      transaction: () => Promise.resolve(manager),
      sideEffect: (_, call) => call(),
    });

  const rows = (entity: EntityTarget<ObjectLiteral>): Promise<ObjectLiteral[]> =>
    dataSource.getRepository(entity).find();

  const orders = RULES.flatMap((rule) => [
    { ...rule, order: 'in order', first: rule.older, second: rule.newer, said: {} },
    { ...rule, order: 'the wrong way round', first: rule.newer, second: rule.older, said: rule.late },
  ]);

  it.each(orders)('$rule, told $order', async ({ handler, first, second, said, entity, row }) => {
    await commit((manager) => handle(handler, first, manager));
    expect(await commit((manager) => handle(handler, second, manager))).toMatchObject(said);
    expect(await rows(entity)).toEqual([row]);
  });

  it.each(orders)('$rule, told $order to two at once', async (told) => {
    let second: Promise<unknown> | undefined;
    await commit(async (manager) => {
      await handle(told.handler, told.first, manager);
      second = commit((another) => handle(told.handler, told.second, another));
      // On SQLite it has not begun: they take turns.
      if (kind.name === 'MariaDB') await lockWait(mysqlReader(made.config.DATABASE_URL ?? ''));
    });
    expect(await second).toMatchObject(told.said);
    expect(await rows(told.entity)).toEqual([told.row]);
  });

  it('keeps a payment and a message once, however often they are told', async () => {
    const payment = await event('stripe', 'payment_intent.succeeded');
    const message = await event('standard-webhooks', 'contact.created');
    for (let time = 0; time < 2; time += 1) {
      await commit((manager) => handle(new RecordPayment(), payment, manager));
      await commit((manager) => handle(new RecordMessage(), message, manager));
    }
    expect(await rows(StripePaymentEntity)).toEqual([
      { id: 'pi_3MtwBwLkdIwHu7ix28a3tqPa', amountReceived: 2000, currency: 'usd' },
    ]);
    expect(await rows(StandardWebhookMessageEntity)).toEqual([
      {
        eventId: message.id,
        source: 'standard-webhooks',
        type: 'contact.created',
        data: JSON.stringify((message.payload as { data: unknown }).data),
      },
    ]);
  });

  it('lets workers that lock one row take turns, each with what the one before has written', async () => {
    const payment = { id: 'pi', currency: 'usd', amountReceived: 0 };
    const addOne = async (manager: EntityManager): Promise<void> => {
      // From here on the transaction would see the table as it is now.
      await manager.findBy(StripePaymentEntity, { id: 'pi' });
      const known = await lockRow(manager, StripePaymentEntity, payment);
      const amountReceived = known.amountReceived + 1;
      await manager.update(StripePaymentEntity, { id: known.id }, { amountReceived });
    };
    await Promise.all(Array.from({ length: 8 }, () => commit(addOne)));
    expect(await rows(StripePaymentEntity)).toEqual([{ ...payment, amountReceived: 8 }]);
  });
});
