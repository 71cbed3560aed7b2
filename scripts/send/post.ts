import { setTimeout as delay } from 'node:timers/promises';
import type { ProviderRequest } from 'hookwell/handler-kit';
import { SendError } from './send-error.js';

/** A new source is known to every process within a second. */
const SPREAD_MS = 2000;
const POLL_MS = 100;

/** What became of a post. */
export interface Posted {
  readonly status: number;
  readonly text: string;
}

/**
 * Posts a delivery as the provider would, and again for a while where the source is not known yet.
 * @throws SendError when there is no answer at all
 */
export async function post(url: string, { headers, body }: ProviderRequest): Promise<Posted> {
  const deadline = Date.now() + SPREAD_MS;
  for (;;) {
    const response = await fetch(url, {
      method: 'POST',
      headers: new Headers(Object.entries(headers).flatMap(pairs)),
      body: new Uint8Array(body),
    }).catch(() => {
      throw new SendError(`nothing answers at ${url}; say --webhooks with where the webhook face is`);
    });
    if (response.status !== 404 || Date.now() > deadline) {
      return { status: response.status, text: await response.text() };
    }
    await delay(POLL_MS);
  }
}

/** @throws SendError when the event was not accepted, with what to do */
export function refuseUnlessAccepted({ status }: Posted): void {
  switch (status) {
    case 200:
    case 204:
      return;
    case 401:
      throw new SendError(
        'the signature was refused: the source has another secret; say --secret, or a new --source with --provider',
      );
    case 404:
      throw new SendError(
        'there is no such source at that address; with ADMIN_PORT set, say --webhooks with where the webhook face is',
      );
    default:
      throw new SendError('the event was not accepted');
  }
}

function pairs([name, value]: [string, string | string[]]): [string, string][] {
  return [value].flat().map((text) => [name, text]);
}
