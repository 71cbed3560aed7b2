import { v7 as uuidV7 } from 'uuid';
import type { IncomingEvent } from '../../../src/ingestion/domain/incoming-event.js';
import { SECRET_ID } from '../stores.js';
import type { SeededRandom } from './random.js';

/** Account 0 gets the fees. */
export const ACCOUNTS = 8;
export const FEE_CENTS = 1;
/** Events between two generations of ordering keys, and the keys of one. */
const GENERATION = 400;
const KEYS = 5;

export type TransferType = 'transfer' | 'audited' | 'charged' | 'ordered' | 'close';

/** What handlers a type has, by their names; those of the first list write a row to the ledger. */
export const HANDLERS: Readonly<
  Record<TransferType, { writing: readonly string[]; other: readonly string[] }>
> = {
  transfer: { writing: ['Transfer'], other: [] },
  audited: { writing: ['Transfer', 'Fee'], other: ['Audit'] },
  charged: { writing: ['Charge'], other: [] },
  ordered: { writing: ['Ordered'], other: [] },
  close: { writing: ['Close'], other: [] },
};

/** An event that moves cents from one account to another. */
export interface Transfer {
  readonly id: string;
  readonly type: TransferType;
  readonly from: number;
  readonly to: number;
  readonly cents: number;
  readonly key: string | null;
  readonly sequence: number;
}

/** Makes transfers of all types; those of a key are numbered, and begin with the one that waits for the others. */
export class TransferMaker {
  readonly made: Transfer[] = [];
  private readonly sequences = new Map<string, number>();

  constructor(private readonly random: SeededRandom) {}

  next(): Transfer {
    const number = this.made.length;
    const { type, key, first = 0 } = this.kind(number);
    const sequence = key === null ? 0 : (this.sequences.get(key) ?? first);
    if (key !== null) this.sequences.set(key, sequence + 1);
    const from = this.random.whole(1, ACCOUNTS - 1);
    const to = ((from + this.random.whole(0, ACCOUNTS - 3)) % (ACCOUNTS - 1)) + 1;
    const made = { id: uuidV7(), type, from, to, cents: this.random.whole(1, 100_000), key, sequence };
    this.made.push(made);
    return made;
  }

  private kind(number: number): { type: TransferType; key: string | null; first?: number } {
    const key = `generation ${Math.floor(number / GENERATION)}, key ${number % KEYS}`;
    const place = number % GENERATION;
    // One that waits for another of its key, and is sure to get it.
    if (place < 2 * KEYS) return { type: place < KEYS ? 'close' : 'ordered', key };
    const type = this.random.one(['transfer', 'transfer', 'audited', 'charged', 'ordered', 'alone'] as const);
    // Alone in its lane, an event is settled after its handler's commit.
    if (type === 'alone') return { type: 'ordered', key: `key of ${number}`, first: 1 };
    return { type, key: type === 'ordered' ? key : null };
  }
}

/** The event as it would be stored after a request. */
export function incomingTransfer({ id, type, from, to, cents, key, sequence }: Transfer): IncomingEvent {
  const receivedAt = new Date();
  return {
    ...{ id, type, source: 'money', provider: 'money', idempotencyKey: id, orderingKey: key },
    ...{ position: sequence, occurredAt: null, receivedAt, url: '/webhooks/money', headers: {} },
    secretId: SECRET_ID,
    body: Buffer.from(JSON.stringify({ from, to, cents })),
  };
}
