import { createHmac } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

/** What one run of load is to be; sent to this process by the benchmark. */
export interface LoadOrder {
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  readonly connections: number;
  readonly durationMs: number;
  /** Requests a second; without it, each connection posts again as soon as it is answered. */
  readonly rate?: number;
  /** Requests after which it ends, even before its time is over. */
  readonly most?: number;
  /** What the events are. Default: OK, of no key. */
  readonly event?: {
    readonly script: string;
    /** How many keys they are of, in turn. */
    readonly keys: number;
    /** Begins each key's name. */
    readonly keyPrefix?: string;
  };
}

/** What came of it. Latencies in milliseconds, counted from when a request was due, so that a late sender hides nothing. */
export interface LoadResult {
  readonly accepted: number;
  readonly refused: number;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

const BODY_BYTES = 2048;
const TICK_MS = 1;
const HEADER_END = Buffer.from('\r\n\r\n');

let serial = 0;

/** A signed 2 KB event that no other is a repeat of. */
function nextRequest({ path, secret, event = { script: 'OK', keys: 1 } }: LoadOrder): Buffer {
  serial += 1;
  const key = `${event.keyPrefix ?? 'key'}-${serial % event.keys}`;
  const id = `bench-${process.pid}-${Date.now()}-${serial}`;
  const start = `{"id":"${id}","script":"${event.script}","key":"${key}","filler":"`;
  const body = `${start.padEnd(BODY_BYTES - 2, 'x')}"}`;
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n` +
      `x-hub-signature-256: sha256=${signature}\r\ncontent-length: ${BODY_BYTES}\r\n\r\n${body}`,
  );
}

/**
 * One keep-alive connection with one request under way. Our own, for a general client costs more CPU per request than the
 * servers under test, and on two cores it would be the client that is measured.
 */
class Connection {
  private readonly socket: Socket;
  private received: Buffer = Buffer.alloc(0);
  private dueAt = 0;

  constructor(
    port: number,
    private readonly answered: (connection: Connection, status: number, latencyMs: number) => void,
  ) {
    this.socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.socket.on('data', (chunk) => {
      this.read(chunk);
    });
    this.socket.on('error', (error) => {
      throw error;
    });
  }

  post(request: Buffer, dueAt: number): void {
    this.dueAt = dueAt;
    this.socket.write(request);
  }

  close(): void {
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    this.received = this.received.length === 0 ? chunk : Buffer.concat([this.received, chunk]);
    const headerEnd = this.received.indexOf(HEADER_END);
    if (headerEnd === -1) return;
    const head = this.received.toString('latin1', 0, headerEnd);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
    if (this.received.length < headerEnd + HEADER_END.length + length) return;
    this.received = Buffer.alloc(0);
    this.answered(this, Number(head.slice(9, 12)), performance.now() - this.dueAt);
  }
}

/** Posts until the time is over and everything is answered. */
async function run(order: LoadOrder): Promise<LoadResult> {
  const latencies: number[] = [];
  let refused = 0;
  let underWay = 0;
  let handedOut = 0;
  const idle: Connection[] = [];
  const start = performance.now();
  const end = start + order.durationMs;

  const due = (): number | undefined => {
    if (handedOut >= (order.most ?? Infinity)) return undefined;
    if (order.rate === undefined) return performance.now() < end ? performance.now() : undefined;
    const at = start + (handedOut / order.rate) * 1000;
    return at <= performance.now() && at < end ? at : undefined;
  };
  const postNext = (connection: Connection): void => {
    const at = due();
    if (at === undefined) {
      idle.push(connection);
      return;
    }
    handedOut += 1;
    underWay += 1;
    connection.post(nextRequest(order), at);
  };
  const connections = Array.from(
    { length: order.connections },
    () =>
      new Connection(order.port, (connection, status, latencyMs) => {
        underWay -= 1;
        if (status === 200 || status === 201) latencies.push(latencyMs);
        else refused += 1;
        postNext(connection);
      }),
  );
  connections.forEach(postNext);
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      while (idle.length > 0 && due() !== undefined) postNext(idle.pop() as Connection);
      const isOver = performance.now() >= end || handedOut >= (order.most ?? Infinity);
      if (isOver && underWay === 0 && due() === undefined) {
        clearInterval(timer);
        resolve();
      }
    }, TICK_MS);
  });
  const seconds = (performance.now() - start) / 1000;
  for (const connection of connections) connection.close();
  const sorted = Float64Array.from(latencies).sort();
  const percentile = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? 0;
  return {
    accepted: latencies.length,
    refused,
    perSecond: latencies.length / seconds,
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
}

process.on('message', (order: LoadOrder) => {
  void run(order).then((result) => process.send?.(result));
});
