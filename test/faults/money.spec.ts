import { describe, expect, it } from 'vitest';
import { databaseKinds } from '../support/databases.js';
import { killWorkers } from '../support/money/kill-run.js';

describe.each(databaseKinds)(
  'money that workers move while they are killed at every step, on $name',
  (kind) => {
    it('is where it belongs, to the cent', async () => {
      const report = await killWorkers(kind, { kills: 25, seed: 1, workers: kind.name === 'SQLite' ? 1 : 2 });
      process.stdout.write(`${kind.name}: ${JSON.stringify(report)}\n`);
      expect(report.findings).toEqual([]);
      expect(report.transfers).toBeGreaterThan(1000);
    }, 240_000);
  },
);
