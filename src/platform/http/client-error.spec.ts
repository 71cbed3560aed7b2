import type { Server } from 'node:http';
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createHttpAdapter } from './http.js';
import { serverLike } from './listeners.js';

const fastify = createHttpAdapter().getInstance();

describe.each<[string, Server]>([
  ['the server', fastify.server],
  ['the server on ADMIN_PORT', serverLike(fastify)],
])('%s', (_, server) => {
  const failure = (code: string): Error => Object.assign(new Error('what Node found'), { code });

  it.each([
    ['ERR_HTTP_REQUEST_TIMEOUT', 408, 'The request was not complete within 30 s; send it again.'],
    ['HPE_HEADER_OVERFLOW', 431, 'The headers may have 16384 bytes at most; send less.'],
    ['HPE_INVALID_METHOD', 400, 'What was sent is not HTTP/1.1; check the client, or what stands between.'],
  ])('answers %s with a problem document and closes the connection', (code, status, detail) => {
    const socket = new PassThrough();
    socket.on('error', () => undefined);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    server.emit('clientError', failure(code), socket);
    expect(socket.destroyed).toBe(true);
    const [head = '', body = ''] = Buffer.concat(chunks).toString().split('\r\n\r\n');
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} \\w`));
    expect(head).toContain('\r\ncontent-type: application/problem+json\r\n');
    expect(head).toContain(`\r\ncontent-length: ${body.length}\r\n`);
    expect(head).toContain('\r\nconnection: close');
    expect(JSON.parse(body)).toEqual({
      type: 'about:blank',
      title: expect.any(String) as string,
      status,
      detail,
    });
  });

  it('answers nothing where nobody listens any more', () => {
    const socket = new PassThrough();
    server.emit('clientError', failure('ECONNRESET'), socket);
    expect(socket.readableLength).toBe(0);
  });
});
