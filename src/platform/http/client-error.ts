import { maxHeaderSize, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { headersTooLarge, NOT_HTTP, tooSlow } from './details.js';
import { problemOf } from './problem.filter.js';

/** A client gets so long to send a whole request. */
export const REQUEST_TIMEOUT_MS = 30_000;

/** What Node finds before there is a request, by its error's code; whatever else it finds is no HTTP. */
const PROBLEMS = {
  ERR_HTTP_REQUEST_TIMEOUT: problemOf(408, tooSlow(REQUEST_TIMEOUT_MS)),
  HPE_HEADER_OVERFLOW: problemOf(431, headersTooLarge(maxHeaderSize)),
} as const;
const OTHER = problemOf(400, NOT_HTTP);

/** Node would answer a request without a host by itself, and say nothing; a hook of ours does. */
export const SERVER_OPTIONS: ServerOptions = { requireHostHeader: false };

/** Answers what is no request with a problem document, and closes the connection: what follows cannot be told from what was wrong. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const problem = Object.entries(PROBLEMS).find(([code]) => code === error.code)?.[1] ?? OTHER;
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'content-type: application/problem+json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  if (socket.writable) socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroy(error);
}
