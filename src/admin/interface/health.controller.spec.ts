import { describe, expect, it, vi } from 'vitest';
import type { AppConfig } from '../../platform/config/config.js';
import type { SqlDatabase } from '../../platform/database/sql-database.js';
import type { EventQueue } from '../../platform/queue/event-queue.js';
import { HealthController } from './health.controller.js';

describe('GET /health/ready', () => {
  it('asks database and queue once a second at most, however many ask it', async () => {
    let now = 0;
    const ping = vi.fn(() => Promise.resolve());
    const depth = vi.fn(() => Promise.reject(new Error('away')));
    const health = new HealthController(
      { ping } as unknown as SqlDatabase,
      { depth } as unknown as EventQueue,
      { ROLE: 'all' } as AppConfig,
      { now: () => new Date(now) },
    );
    const answers = await Promise.all(Array.from({ length: 50 }, () => health.ready()));
    expect(new Set(answers.map(({ queue }) => queue))).toEqual(new Set(['away']));
    now += 1000;
    await health.ready();
    expect([ping.mock.calls.length, depth.mock.calls.length]).toEqual([1, 1]);
    now += 1;
    ping.mockRejectedValue(new Error('away'));
    await expect(health.ready()).rejects.toThrow('The database does not answer');
    await expect(health.ready()).rejects.toThrow('The database does not answer');
    expect([ping.mock.calls.length, depth.mock.calls.length]).toEqual([2, 2]);
  });
});
