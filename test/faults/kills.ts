import { parseArgs } from 'node:util';
import { databaseKinds } from '../support/databases.js';
import { killWorkers } from '../support/money/kill-run.js';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '2' },
    database: { type: 'string' },
  },
});

/** Kills workers for as long as it is asked to, on each database, and fails where a cent is missing. */
async function main(): Promise<void> {
  for (const kind of databaseKinds.filter(({ name }) => (values.database ?? name) === name)) {
    const workers = kind.name === 'SQLite' ? 1 : Number(values.workers);
    const began = Date.now();
    const report = await killWorkers(kind, {
      kills: Number(values.kills),
      seed: Number(values.seed),
      workers,
    });
    const seconds = Math.round((Date.now() - began) / 1000);
    process.stdout.write(`${kind.name}, ${seconds} s: ${JSON.stringify(report, null, 2)}\n`);
    if (report.findings.length > 0) process.exitCode = 1;
  }
}

await main();
