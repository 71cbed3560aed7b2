import fc from 'fast-check';
import { verify, verifyAsync } from 'hookwell/signatures';
import { afterAll, expect, it } from 'vitest';
import { NOW } from '../../../support/own-senders/own-sender.js';
import { isGenuine } from './is-genuine.js';
import { type Given, mutationsOf } from './mutations.js';
import { type Subject, subjects } from './subjects.js';

/** How many in all; `npm run test:fuzz` asks for a million. FUZZ_SEED repeats a run. */
const INPUTS = Number(process.env['FUZZ_INPUTS'] ?? 20_000);
const SEED = Number(process.env['FUZZ_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
/** What does not come to its end within it has failed. */
const ALL_MS = 10 * 60_000;

/** Every scheme gets as many, however many subjects it has. */
const eachScheme = INPUTS / new Set(subjects.map(({ slug }) => slug)).size;
const end = Date.now() + ALL_MS;
const counts = new Map<string, { inputs: number; valid: number }>();

function judge(subject: Subject, { request, secrets }: Given, valid: unknown): void {
  const count = counts.get(subject.slug) ?? { inputs: 0, valid: 0 };
  counts.set(subject.slug, count);
  count.inputs += 1;
  if (valid === false) return;
  count.valid += 1;
  expect([valid, isGenuine(subject, request, secrets)]).toEqual([true, true]);
}

/** Done to a genuine request, anything else than refused must still say all that was signed. */
async function fuzz(subject: Subject): Promise<void> {
  const { scheme, request, secret, keys } = subject;
  const genuine: Given = { request, secrets: [secret], now: NOW };
  const given = mutationsOf(subject).map((mutations) =>
    mutations.reduce((before, mutation) => mutation(before), genuine),
  );
  const bounds = {
    numRuns: Math.ceil(eachScheme / subjects.filter(({ slug }) => slug === subject.slug).length),
    seed: SEED + subjects.indexOf(subject),
    interruptAfterTimeLimit: Math.max(0, end - Date.now()),
    markInterruptAsFailure: true,
  };
  if (scheme.keys === 'given') {
    // No promise: most of what a million inputs cost.
    const property = fc.property(given, (one) => {
      judge(subject, one, verify(scheme, one.request, one.secrets, one.now).valid);
    });
    fc.assert(property, bounds);
    return;
  }
  const property = fc.asyncProperty(given, async (one) => {
    judge(subject, one, (await verifyAsync(scheme, one.request, one.secrets, one.now, keys)).valid);
  });
  await fc.assert(property, bounds);
}

it.each(subjects)(
  `takes nothing that is not genuine and never throws: $name, seed ${SEED}`,
  async (subject) => {
    await fuzz(subject);
  },
  ALL_MS,
);

afterAll(() => {
  const lines = [...counts].map(
    ([slug, { inputs, valid }]) => `${slug}: ${inputs} inputs, ${valid} still genuine`,
  );
  const total = [...counts.values()].reduce((sum, { inputs }) => sum + inputs, 0);
  process.stdout.write(`${lines.join('\n')}\nfuzz: ${total} inputs, seed ${SEED}\n`);
});
