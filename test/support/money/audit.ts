import { existsSync, readFileSync } from 'node:fs';
import type { DatabaseReader } from '../database-reader.js';
import { ACCOUNTS, FEE_CENTS, HANDLERS, type Transfer } from './transfers.js';

/** What is wrong, in words; nothing where every effect has happened exactly once, and in order. */
export async function findings(
  read: DatabaseReader,
  transfers: readonly Transfer[],
  callsFile: string,
): Promise<string[]> {
  const ledger = await read<LedgerRow>('SELECT event_id, handler, note FROM money_ledger ORDER BY id');
  return [
    ...(await wrongStatuses(read, transfers)),
    ...(await wrongBalances(read, transfers)),
    ...wrongCounts('ledger rows', countsOf(ledger), transfers, ({ writing }) => writing),
    ...wrongCounts('successes', countsOf(await successes(read)), transfers, ({ writing, other }) => [
      ...writing,
      ...other,
    ]),
    ...wrongOrder(ledger, transfers),
    ...(await wrongCalls(read, ledger, callsFile)),
    ...(await leftovers(read)),
  ];
}

/** How often outside services were called once more, because a worker died before it could remember the first call. */
export function repeatedCalls(callsFile: string): number {
  const called = callsIn(callsFile).filter(({ what }) => what === 'called');
  return called.length - new Set(called.map(({ eventId }) => eventId)).size;
}

interface LedgerRow {
  readonly event_id: string;
  readonly handler: string;
  readonly note: string | null;
}

async function wrongStatuses(read: DatabaseReader, transfers: readonly Transfer[]): Promise<string[]> {
  const rows = await read<{ id: string; status: string; last_error: string | null }>(
    "SELECT id, status, last_error FROM events WHERE status <> 'PROCESSED'",
  );
  const [total] = await read<{ count: number }>('SELECT COUNT(*) AS count FROM events');
  const missing = transfers.length - Number(total?.count);
  return [
    ...rows.map(({ id, status, last_error: error }) => `event ${id} is ${status}: ${error ?? ''}`),
    ...(missing === 0 ? [] : [`${missing} events are missing`]),
  ];
}

async function wrongBalances(read: DatabaseReader, transfers: readonly Transfer[]): Promise<string[]> {
  const expected = Array.from({ length: ACCOUNTS }, () => 0);
  const move = (from: number, to: number, cents: number): void => {
    expected[from] = (expected[from] ?? 0) - cents;
    expected[to] = (expected[to] ?? 0) + cents;
  };
  for (const { type, from, to, cents } of transfers) {
    move(from, to, cents);
    if (type === 'audited') move(from, 0, FEE_CENTS);
  }
  const rows = await read<{ id: number; balance: number | string }>(
    'SELECT id, balance FROM money_accounts ORDER BY id',
  );
  const balances = rows.map(({ balance }) => Number(balance));
  const sum = balances.reduce((all, balance) => all + balance, 0);
  return [
    ...(sum === 0 ? [] : [`all accounts together have ${sum} cents and not 0`]),
    ...expected.flatMap((cents, id) =>
      balances[id] === cents ? [] : [`account ${id} has ${String(balances[id])} cents and not ${cents}`],
    ),
  ];
}

function successes(read: DatabaseReader): Promise<{ event_id: string; handler: string }[]> {
  return read("SELECT event_id, handler FROM attempts WHERE outcome = 'SUCCEEDED'");
}

function countsOf(rows: readonly { event_id: string; handler: string }[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { event_id: id, handler } of rows) {
    counts.set(`${id} ${handler}`, (counts.get(`${id} ${handler}`) ?? 0) + 1);
  }
  return counts;
}

function wrongCounts(
  what: string,
  counts: ReadonlyMap<string, number>,
  transfers: readonly Transfer[],
  handlersOf: (handlers: (typeof HANDLERS)[Transfer['type']]) => readonly string[],
): string[] {
  const expected = new Set(
    transfers.flatMap(({ id, type }) => handlersOf(HANDLERS[type]).map((handler) => `${id} ${handler}`)),
  );
  const wrong = new Set([...expected, ...counts.keys()]);
  for (const [operation, count] of counts)
    if (count === 1 && expected.has(operation)) wrong.delete(operation);
  return [...wrong].map((operation) => `${operation} has ${counts.get(operation) ?? 0} ${what}`);
}

/** Serial handlers have written in the order of the sequence; what was parked, after the first that it waited for. */
function wrongOrder(ledger: readonly LedgerRow[], transfers: readonly Transfer[]): string[] {
  const byId = new Map(transfers.map((transfer) => [transfer.id, transfer]));
  const written = new Map<string, number[]>();
  for (const { event_id: id } of ledger) {
    const { key = null, sequence = 0 } = byId.get(id) ?? {};
    if (key !== null) written.set(key, [...(written.get(key) ?? []), sequence]);
  }
  return [...written].flatMap(([key, sequences]) => {
    const steps = sequences.filter((sequence) => sequence > 0);
    const inOrder = steps.every((sequence, index) => index === 0 || sequence > (steps[index - 1] ?? 0));
    // The first to be there has the sequence 1; the parked one, 0, comes next, or a little later.
    return inOrder && sequences[0] === 1 ? [] : [`${key} was worked on in the order ${sequences.join(' ')}`];
  });
}

interface Call {
  readonly what: string;
  readonly eventId: string;
  readonly token: string;
}

function callsIn(file: string): Call[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [what = '', eventId = '', token = ''] = line.split(' ');
    return { what, eventId, token };
  });
}

/** No call after one that was remembered, and what is remembered stays what it is. */
async function wrongCalls(
  read: DatabaseReader,
  ledger: readonly LedgerRow[],
  callsFile: string,
): Promise<string[]> {
  const rows = await read<{ event_id: string; result: string }>('SELECT event_id, result FROM side_effects');
  const stored = new Map(rows.map(({ event_id: id, result }) => [id, JSON.parse(result) as string]));
  const remembered = new Set<string>();
  const wrong: string[] = [];
  for (const { what, eventId, token } of callsIn(callsFile)) {
    if (what === 'remembered') {
      remembered.add(eventId);
      if (stored.get(eventId) !== token) wrong.push(`${eventId} was given ${token}, which is not remembered`);
    } else if (remembered.has(eventId)) wrong.push(`${eventId} called again after it was remembered`);
  }
  const charged = ledger.filter(({ handler }) => handler === 'Charge');
  return [
    ...wrong,
    ...charged.flatMap(({ event_id: id, note }) =>
      note === stored.get(id) ? [] : [`${id} has written ${String(note)} and not what is remembered`],
    ),
  ];
}

async function leftovers(read: DatabaseReader): Promise<string[]> {
  const holds = await read<{ event_id: string }>('SELECT event_id FROM holds');
  const lanes = await read<{ ordering_key: string }>('SELECT ordering_key FROM lanes');
  return [
    ...holds.map(({ event_id: id }) => `a hold of ${id} is left`),
    ...lanes.map(({ ordering_key: key }) => `the lane of ${key} is left`),
  ];
}
