import type { IncomingMessage } from 'node:http';
import {
  HttpException,
  PayloadTooLargeException,
  BadRequestException,
  ServiceUnavailableException,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const MEBIBYTE = 1024 * 1024;
const DEFAULT_LIMIT = MEBIBYTE;
/** Bodies under way may hold so much memory in all; a request beyond it is told to come back. */
const MOST_UNDER_WAY = 256 * MEBIBYTE;

const LIMIT = Symbol('body limit');
type LimitedRequest = FastifyRequest & { [LIMIT]?: number };

/** Sets how many bytes this request's body may have, before it is read. Default: 1 MiB. */
export function limitBody(request: FastifyRequest, bytes: number): void {
  (request as LimitedRequest)[LIMIT] = bytes;
}

/** Reads bodies as the bytes they are, each within its own limit and all within one bound of memory. */
export class BodyReader {
  private underWay = 0;

  /**
   * @param done gets the bytes, or the error that is to be answered: 413 beyond the limit, 503 when too much is under way,
   * 400 when the client broke off
   */
  read(
    request: FastifyRequest,
    stream: IncomingMessage,
    done: (error: HttpException | null, body?: Buffer) => void,
  ): void {
    const limit = (request as LimitedRequest)[LIMIT] ?? DEFAULT_LIMIT;
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (error: HttpException | null): void => {
      stream.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      // What comes after a refusal is read and thrown away, until the request's time is over.
      if (error) stream.resume();
      this.underWay -= length;
      done(error, error ? undefined : Buffer.concat(chunks, length));
    };
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      this.underWay += chunk.length;
      if (length > limit) finish(tooLarge(limit));
      else if (this.underWay > MOST_UNDER_WAY) {
        finish(new ServiceUnavailableException('Too many large requests at once; send it again.'));
      } else chunks.push(chunk);
    };
    const onEnd = (): void => {
      finish(null);
    };
    const onBroken = (): void => {
      finish(new BadRequestException('The body ended before it was complete.'));
    };
    if (Number(request.headers['content-length'] ?? 0) > limit) finish(tooLarge(limit));
    else stream.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  }
}

function tooLarge(limit: number): PayloadTooLargeException {
  return new PayloadTooLargeException(`The body may have ${limit} bytes at most.`);
}
