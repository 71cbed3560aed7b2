import {
  BadRequestException,
  type CallHandler,
  ConflictException,
  type ExecutionContext,
  HttpException,
  Logger,
  SetMetadata,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { defer, lastValueFrom } from 'rxjs';
import type { DataSource } from 'typeorm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AuditLog } from '../../src/audit/application/audit-log.js';
import { AuditInterceptor, entryOf } from '../../src/audit/interface/audit.interceptor.js';
import { COMMAND } from '../../src/audit/interface/audited-command.js';
import { readAdminKeys } from '../../src/platform/auth/admin-key-list.js';
import { AdminKeyGuard } from '../../src/platform/auth/admin-key.guard.js';
import { AdminKeys } from '../../src/platform/auth/admin-keys.js';
import { Clock } from '../../src/platform/clock.js';
import type { SqlDatabase } from '../../src/platform/database/sql-database.js';
import { NOT_RECORDED } from '../../src/platform/http/details.js';
import { builtDataSource, databaseKinds, migrateBuilt, type TestDatabase } from '../support/databases.js';

const KEY = 'the-key-of-alice-0123456789';

interface Row {
  readonly outcome: string;
  readonly affected: number | null;
  readonly target: string | null;
  readonly details: string;
  readonly error: string | null;
}

describe.each(databaseKinds)('commands and their audit on $name', (kind) => {
  let made: TestDatabase;
  let dataSource: DataSource;
  let database: SqlDatabase;
  let guard: AdminKeyGuard;
  let interceptor: AuditInterceptor;

  beforeAll(async () => {
    // What goes wrong here is meant to.
    Logger.overrideLogger(false);
    made = await kind.make();
    dataSource = await (await builtDataSource(made.config)).initialize();
    await migrateBuilt(dataSource);
    database = await made.connect(await (await builtDataSource(made.config)).initialize());
    const keys = readAdminKeys([`alice:admin:${KEY}`]);
    guard = new AdminKeyGuard(new AdminKeys(typeof keys === 'string' ? [] : keys), new Reflector());
    interceptor = new AuditInterceptor(new AuditLog(dataSource, database, new Clock()), new Reflector());
  });

  afterAll(async () => {
    await database.close();
    await dataSource.destroy();
    await made.stop();
  });

  beforeEach(() => dataSource.query('DELETE FROM audit_log'));

  const rows = (): Promise<Row[]> =>
    dataSource.query('SELECT outcome, affected, target, details, error FROM audit_log');

  const request = {
    method: 'POST',
    headers: { authorization: `Bearer ${KEY}` },
    params: { id: 'thing' },
    query: {},
    body: { why: 'asked' },
  };

  /** Gives a command as Nest would: past the guard, through the interceptor, to the handler. */
  async function give(handler: (request: FastifyRequest) => unknown): Promise<unknown> {
    const given = { ...request } as unknown as FastifyRequest;
    const route = (): void => undefined;
    SetMetadata(COMMAND, { name: 'thing.do', target: 'id', details: ['why'] })(route);
    const context = {
      getHandler: () => route,
      getClass: () => AuditInterceptor,
      switchToHttp: () => ({ getRequest: () => given }),
    } as unknown as ExecutionContext;
    guard.canActivate(context);
    const next: CallHandler = { handle: () => defer(() => Promise.resolve(handler(given))) };
    return lastValueFrom(await interceptor.intercept(context, next));
  }

  /** What a command is recorded as whose handler throws. */
  async function recorded(error: unknown): Promise<Row | undefined> {
    const given = give(() => {
      throw error;
    });
    await expect(given).rejects.toBe(error);
    return (await rows())[0];
  }

  const parameters = { target: 'thing', details: '{"why":"asked"}' };

  it('are recorded as PENDING before they run, and as DONE afterwards', async () => {
    const answer = await give(async (given) => {
      expect(await rows()).toEqual([{ ...parameters, outcome: 'PENDING', affected: null, error: null }]);
      entryOf(given).affected(3);
      entryOf(given).note({ run: 2 });
      return 'answer';
    });
    expect(answer).toBe('answer');
    const details = '{"why":"asked","run":2}';
    expect(await rows()).toEqual([{ target: 'thing', details, outcome: 'DONE', affected: 3, error: null }]);
  });

  it('are REFUSED where they end in a 4xx, with its message', async () => {
    expect(await recorded(new ConflictException('It is taken.'))).toEqual({
      ...parameters,
      outcome: 'REFUSED',
      affected: null,
      error: 'It is taken.',
    });
  });

  it('are REFUSED without their parameters where those were not valid', async () => {
    expect(await recorded(new BadRequestException('why must be short.'))).toEqual({
      target: null,
      details: '{}',
      outcome: 'REFUSED',
      affected: null,
      error: 'why must be short.',
    });
  });

  it.each([
    ['a fault', new Error('broken'), 'broken'],
    ['a 503', new HttpException('not now', 503), 'not now'],
    ['anything thrown', 'a text', 'a text'],
    ['a long message', new Error('x'.repeat(2000)), 'x'.repeat(1000)],
  ])('have FAILED where they end in %s', async (_, error, text) => {
    expect(await recorded(error)).toEqual({ ...parameters, outcome: 'FAILED', affected: null, error: text });
  });

  it('say how far they came before they failed', async () => {
    const given = give((request) => {
      entryOf(request).affected(12);
      throw new Error('broken');
    });
    await expect(given).rejects.toThrow('broken');
    expect(await rows()).toMatchObject([{ outcome: 'FAILED', affected: 12 }]);
  });

  it('keep their order within a millisecond', async () => {
    const clock = Object.assign(new Clock(), { now: () => new Date('2026-01-31T12:00:00.000Z') });
    const log = new AuditLog(dataSource, database, clock);
    const targets = Array.from({ length: 8 }, (_, n) => String(n));
    for (const target of targets) {
      await log.begin({ keyId: 'alice', command: 'thing.do', target, details: {} });
    }
    const stored: Row[] = await dataSource.query('SELECT target FROM audit_log ORDER BY id');
    expect(stored.map(({ target }) => target)).toEqual(targets);
  });

  describe('while the audit cannot be written', () => {
    const away = (): Promise<unknown> => dataSource.query('ALTER TABLE audit_log RENAME TO audit_log_away');
    const back = (): Promise<unknown> => dataSource.query('ALTER TABLE audit_log_away RENAME TO audit_log');

    it('are not run, and answered 503', async () => {
      let ran = false;
      await away();
      const given = give(() => {
        ran = true;
      });
      const error: unknown = await given.catch((reason: unknown) => reason);
      await back();
      expect(error).toMatchObject({ status: 503, message: NOT_RECORDED });
      expect([ran, await rows()]).toEqual([false, []]);
    });

    it('that have run are answered as they ended, and stay PENDING', async () => {
      const answer = await give(async () => {
        await away();
        return 'answer';
      });
      await back();
      expect(answer).toBe('answer');
      expect(await rows()).toMatchObject([{ outcome: 'PENDING' }]);
    });
  });
});
