import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type Agent, globalAgent, request } from 'node:https';
import type { KeyAnswer, KeyQuestion } from '../domain/keys/key-place.js';
import { KeyFetcher } from '../application/keys/key-fetcher.js';

/** From the name being looked up to the last byte. */
const FETCH_MS = 2000;
/** A set of keys, or a chain of certificates, has a few KiB. */
const MOST_BYTES = 64 * 1024;

/** Asks over HTTPS and nothing else, bounded in time and size. Node's client follows no redirect. */
export class HttpsKeyFetcher extends KeyFetcher {
  constructor(
    private readonly agent: Agent = globalAgent,
    private readonly timeoutMs = FETCH_MS,
  ) {
    super();
  }

  async fetch({ url, body }: KeyQuestion): Promise<KeyAnswer> {
    const outgoing = request(url, {
      agent: this.agent,
      signal: AbortSignal.timeout(this.timeoutMs),
      method: body ? 'POST' : 'GET',
      headers: { accept: '*/*', ...(body && { 'content-type': 'application/json' }) },
    });
    // Whoever waits is told; what breaks when nobody waits any more must not end the process.
    outgoing.on('error', () => undefined);
    outgoing.end(body && JSON.stringify(body));
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    return {
      status: incoming.statusCode ?? 0,
      cacheControl: incoming.headers['cache-control'] ?? '',
      age: Number(incoming.headers.age ?? 0) || 0,
      body: await read(incoming),
    };
  }
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop destroys the stream, and the connection with it.
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new Error(`the answer has more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
