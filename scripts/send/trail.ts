import { setTimeout as delay } from 'node:timers/promises';
import type { AdminApi, Attempt, SentEvent } from './admin-api.js';
import { SendError } from './send-error.js';

const POLL_MS = 100;
const FOLLOW_MS = 60_000;

/**
 * Says each attempt once it is recorded, and then how the event has ended.
 * @throws SendError when it has not ended within a minute
 */
export async function follow(
  admin: AdminApi,
  eventId: string,
  say: (line: string) => void,
): Promise<SentEvent['status']> {
  const trail = new Trail();
  const deadline = Date.now() + FOLLOW_MS;
  for (;;) {
    const event = await admin.event(eventId);
    for (const line of trail.newLines(event)) say(line);
    if (event.status !== 'RECEIVED') {
      say(endLine(event));
      return event.status;
    }
    if (Date.now() > deadline) {
      const why = event.lastError === null ? 'is a worker running?' : firstLine(event.lastError);
      throw new SendError(`still RECEIVED (${why}); look again: GET /events/${eventId}`);
    }
    await delay(POLL_MS);
  }
}

/** Knows which attempts have been told; those of several handlers come in any order. */
export class Trail {
  private readonly told = new Set<string>();

  /** A line for each attempt that has not been told yet, in the order in which they began. */
  newLines({ operations }: Pick<SentEvent, 'operations'>): string[] {
    return operations
      .flatMap(({ handler, attempts }) => attempts.map((attempt) => ({ handler, ...attempt })))
      .filter((attempt) => this.isNew(attempt))
      .toSorted((a, b) => a.startedAt.localeCompare(b.startedAt))
      .map(attemptLine);
  }

  private isNew({ handler, run, attempt }: HandlerAttempt): boolean {
    const key = `${handler} ${run} ${attempt}`;
    if (this.told.has(key)) return false;
    this.told.add(key);
    return true;
  }
}

interface HandlerAttempt extends Attempt {
  readonly handler: string;
}

function attemptLine(tried: HandlerAttempt): string {
  const { handler, attempt, outcome, durationMs, result, error, retryAt } = tried;
  const end = error === null ? JSON.stringify(result) : firstLine(error);
  const again = retryAt === null ? '' : `, again at ${retryAt}`;
  return `  ${handler} attempt ${attempt}: ${outcome} in ${durationMs} ms ${end}${again}`;
}

function endLine({ status, unhandled, lastError, receivedAt, processedAt }: SentEvent): string {
  if (processedAt === null) return `${status} ${firstLine(lastError ?? '')}`;
  const took = new Date(processedAt).getTime() - new Date(receivedAt).getTime();
  return `${status}${unhandled ? ' (no handler takes this type)' : ''}, ${took} ms after it arrived`;
}

/** Without the stack. */
function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
