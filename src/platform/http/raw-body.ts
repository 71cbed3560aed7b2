import type { Readable } from 'node:stream';
import {
  HttpException,
  PayloadTooLargeException,
  BadRequestException,
  ServiceUnavailableException,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { BROKEN_OFF, tooLarge, TOO_MUCH_UNDER_WAY } from './details.js';

const MEBIBYTE = 1024 * 1024;
/** How many bytes a request's body may have where nothing else is said. */
export const DEFAULT_BODY_LIMIT = MEBIBYTE;
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
  private held = 0;

  /** @param most bytes of memory that the bodies under way may hold in all */
  constructor(private readonly most = MOST_UNDER_WAY) {}

  /** Bytes of memory that the bodies under way hold. */
  get underWay(): number {
    return this.held;
  }

  /**
   * @param done gets the bytes, or the error that is to be answered: 413 beyond the limit, 503 when too much is under way,
   * 400 when the client broke off
   */
  read(
    request: FastifyRequest,
    stream: Readable,
    done: (error: HttpException | null, body?: Buffer) => void,
  ): void {
    const limit = (request as LimitedRequest)[LIMIT] ?? DEFAULT_BODY_LIMIT;
    const expected = Number(request.headers['content-length'] ?? limit);
    let body: Buffer = Buffer.alloc(0);
    let length = 0;
    const finish = (error: HttpException | null): void => {
      stream.off('data', onData).off('end', onEnd).off('error', onBroken).off('close', onBroken);
      // What comes after a refusal is read and thrown away, until the request's time is over.
      if (error) stream.resume();
      this.held -= body.length;
      done(error, error ? undefined : body.subarray(0, length));
    };
    const onData = (chunk: Buffer): void => {
      const needed = length + chunk.length;
      if (needed > limit) {
        finish(new PayloadTooLargeException(tooLarge(limit)));
        return;
      }
      if (needed > body.length) {
        const capacity = grown(needed, Math.min(expected, limit));
        if (this.held - body.length + capacity > this.most) {
          finish(new ServiceUnavailableException(TOO_MUCH_UNDER_WAY));
          return;
        }
        this.held += capacity - body.length;
        // A body that comes in one piece, as most do, is that piece. Any other chunk is let go of: it is a part of something larger.
        body = capacity === chunk.length ? chunk : moved(body, capacity);
      }
      if (body !== chunk) chunk.copy(body, length);
      length = needed;
    };
    const onEnd = (): void => {
      finish(null);
    };
    const onBroken = (): void => {
      finish(new BadRequestException(BROKEN_OFF));
    };
    if (expected > limit) finish(new PayloadTooLargeException(tooLarge(limit)));
    else stream.on('data', onData).on('end', onEnd).on('error', onBroken).on('close', onBroken);
  }
}

/**
 * Room for so many bytes and as many again, for a client may send them one by one and each chunk kept by itself would cost a
 * hundred times its length; but never for more than the body can have. What a client merely announces gets no room: it would
 * be taken from the others.
 */
function grown(needed: number, most: number): number {
  return Math.max(needed, Math.min(2 * needed, most));
}

function moved(bytes: Buffer, capacity: number): Buffer {
  const larger = Buffer.allocUnsafe(capacity);
  bytes.copy(larger);
  return larger;
}
