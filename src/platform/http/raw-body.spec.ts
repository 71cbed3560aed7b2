import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { HttpException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { beforeEach, describe, expect, it } from 'vitest';
import { BodyReader, limitBody } from './raw-body.js';

const LIMIT = 1000;
const MOST = 4000;

describe('BodyReader', () => {
  let bodies: BodyReader;

  beforeEach(() => {
    bodies = new BodyReader(MOST);
  });

  /** A body that a test sends chunk by chunk. */
  class Upload {
    readonly stream = new Readable({ read: () => undefined });
    readonly answers: { error: HttpException | null; body: Buffer | undefined }[] = [];

    constructor(headers: Readonly<Record<string, string>> = {}) {
      const request = { headers } as unknown as FastifyRequest;
      limitBody(request, LIMIT);
      bodies.read(request, this.stream, (error, body) => {
        this.answers.push({ error, body });
      });
    }

    send(chunk: Buffer | string): this {
      this.stream.emit('data', Buffer.from(chunk));
      return this;
    }

    /** Ends the body and gives what was sent. */
    async end(): Promise<string | undefined> {
      this.stream.push(null);
      await once(this.stream, 'close');
      return this.body;
    }

    get body(): string | undefined {
      return this.answers[0]?.body?.toString();
    }

    /** The statuses of all errors told. */
    get refusals(): (number | undefined)[] {
      return this.answers.map(({ error }) => error?.getStatus());
    }
  }

  it('gives a body of one chunk as that chunk, without a copy', async () => {
    const upload = new Upload({ 'content-length': '4' });
    const chunk = Buffer.alloc(4, 'body');
    upload.stream.emit('data', chunk);
    expect(bodies.underWay).toBe(4);
    await upload.end();
    expect(upload.answers[0]?.body?.buffer).toBe(chunk.buffer);
    expect([upload.body, bodies.underWay]).toEqual(['body', 0]);
  });

  it.each([
    ['told its length', { 'content-length': String(LIMIT) }],
    ['not told its length', {}],
  ])('holds little more than the bytes of a body of tiny chunks, %s', async (_, headers) => {
    const upload = new Upload(headers);
    let sent = '';
    for (let n = 0; n < LIMIT; n += 1) {
      const chunk = Buffer.from(String(n % 10));
      sent += chunk.toString();
      upload.stream.emit('data', chunk);
      // Were the chunk kept instead of its bytes, they would now be wrong.
      chunk.fill('x');
      expect(bodies.underWay).toBeGreaterThanOrEqual(sent.length);
      expect(bodies.underWay).toBeLessThanOrEqual(Math.min(2 * sent.length, LIMIT));
    }
    expect(await upload.end()).toBe(sent);
    expect(bodies.underWay).toBe(0);
  });

  it('gives no room to what is only announced', () => {
    new Upload({ 'content-length': String(LIMIT) }).send('x');
    expect(bodies.underWay).toBe(2);
  });

  it('takes the limit and answers 413 to a byte more, told beforehand or not', async () => {
    const most = new Upload().send('x'.repeat(LIMIT - 1)).send('x');
    expect(await most.end()).toBe('x'.repeat(LIMIT));
    const more = new Upload().send('x'.repeat(LIMIT)).send('x').send('x');
    expect([more.refusals, bodies.underWay]).toEqual([[413], 0]);
    const announced = new Upload({ 'content-length': String(LIMIT + 1) }).send('x');
    expect([announced.refusals, bodies.underWay]).toEqual([[413], 0]);
  });

  it('answers 503 when the bodies under way hold too much, until some of them have ended', async () => {
    const others = Array.from({ length: MOST / LIMIT }, () => new Upload().send('x'.repeat(LIMIT)));
    const late = new Upload().send('x');
    expect([late.refusals, bodies.underWay]).toEqual([[503], MOST]);
    await Promise.all(others.map((other) => other.end()));
    expect(bodies.underWay).toBe(0);
    expect(await new Upload().send('a').send('b').end()).toBe('ab');
  });

  it.each([
    ['closed', undefined],
    ['closed by an error', new Error('aborted')],
  ])('answers 400 once to a body that is %s before its end', async (_, error) => {
    const upload = new Upload().send('x').send('x').send('x');
    expect(bodies.underWay).toBeGreaterThan(0);
    upload.stream.destroy(error);
    await new Promise<void>((resolve) => upload.stream.once('close', resolve));
    expect([upload.refusals, bodies.underWay]).toEqual([[400], 0]);
  });

  it('gives an empty body where nothing came', async () => {
    expect(await new Upload().end()).toBe('');
  });
});
