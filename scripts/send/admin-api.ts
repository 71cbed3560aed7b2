import { SendError } from './send-error.js';

/** A source as `GET /sources` shows it. */
export interface Source {
  readonly name: string;
  readonly provider: string;
  readonly enabled: boolean;
}

/** An event as `GET /events/{id}` shows it, as far as its trail needs it. */
export interface SentEvent {
  readonly status: 'RECEIVED' | 'PROCESSED' | 'FAILED';
  readonly unhandled: boolean;
  readonly lastError: string | null;
  readonly receivedAt: string;
  readonly processedAt: string | null;
  readonly operations: readonly { readonly handler: string; readonly attempts: readonly Attempt[] }[];
}

/** Events as `GET /events` lists them, newest first. */
interface EventList {
  readonly events: readonly { readonly id: string; readonly idempotencyKey: string }[];
}

const LATEST = 50;

export interface Attempt {
  readonly run: number;
  readonly attempt: number;
  readonly outcome: string;
  readonly startedAt: string;
  readonly durationMs: number;
  readonly result: unknown;
  readonly error: string | null;
  readonly retryAt: string | null;
}

/** The admin face of the running service. Whatever it cannot do is a {@link SendError}. */
export class AdminApi {
  constructor(
    private readonly url: string,
    private readonly key: string,
  ) {}

  /** All sources; the first thing asked, so it also finds out whether this is an admin face at all. */
  async sources(): Promise<Source[]> {
    const response = await this.request('GET', '/sources');
    const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
    if (response.status === 404 || (response.ok && !isJson)) {
      throw new SendError(
        `${this.url} has no sources; say --url with the admin face of a process that accepts webhooks`,
      );
    }
    return answerOf<Source[]>(response);
  }

  async createSource(source: {
    readonly name: string;
    readonly provider: string;
    readonly secret: string;
  }): Promise<void> {
    await answerOf(await this.request('POST', '/sources', source));
  }

  /**
   * The id of the newest event of a source, under an idempotency key where one is given. It is one of the latest, for it has just come.
   */
  async newestEvent(source: string, idempotencyKey: string | null): Promise<string> {
    const query = new URLSearchParams({ source, limit: String(LATEST) });
    const { events } = await answerOf<EventList>(await this.request('GET', `/events?${query.toString()}`));
    const found = events.find((event) => idempotencyKey === null || event.idempotencyKey === idempotencyKey);
    if (!found) throw new SendError(`it is not among the latest; look: GET /events?source=${source}`);
    return found.id;
  }

  async event(id: string): Promise<SentEvent> {
    return answerOf<SentEvent>(await this.request('GET', `/events/${id}`));
  }

  private async request(method: 'GET' | 'POST', path: string, body?: object): Promise<Response> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch(() => {
      throw new SendError(`nothing answers at ${this.url}; start Hookwell (npm start) or say --url`);
    });
    if (response.status === 401) {
      throw new SendError('the admin key is not accepted; set ADMIN_KEY to the one shown at the first start');
    }
    return response;
  }
}

async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  if (!response.ok) throw new SendError(`${response.url} answered ${response.status}: ${text}`);
  return JSON.parse(text) as T;
}
