import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ReplayScope } from '../../ingestion/domain/event-status.js';
import { SecretsKey } from '../../platform/secrets/secrets-key.js';
import type { ReplayPlan } from '../domain/replay.js';
import { filterJson, filterOf } from '../infrastructure/replay-rows.js';

const PURPOSE = 'replay confirmation';
/** Of 0123.4567: what is said, and the HMAC-SHA256 of that. */
const TOKEN = /^([\w-]+)\.([\w-]{43})$/;

/** What a token carries, under short names, for people copy it. */
interface Carried {
  readonly id: string;
  readonly f: string;
  readonly s: ReplayScope;
  readonly r: number;
  readonly at: number;
  readonly to: string | null;
  readonly n: number;
}

/**
 * Tokens that carry a plan to its confirmation and back. Signed, so that every process with the same SECRETS_KEY takes them, and while that is rotated
 * those under the one before.
 */
@Injectable()
export class Confirmations {
  constructor(@Inject(SecretsKey) private readonly secretsKey: SecretsKey) {}

  async sign({ id, filter, scope, ratePerSecond, countedAt, upTo, total }: ReplayPlan): Promise<string> {
    const carried: Carried = {
      id,
      f: filterJson(filter),
      s: scope,
      r: ratePerSecond,
      at: countedAt.getTime(),
      to: upTo,
      n: total,
    };
    const text = Buffer.from(JSON.stringify(carried)).toString('base64url');
    const [digest] = await this.digests(text);
    return `${text}.${digest?.toString('base64url')}`;
  }

  /** The plan that a token carries; null where it is none of ours, or was changed. */
  async read(token: string): Promise<ReplayPlan | null> {
    const [, text, digest] = TOKEN.exec(token) ?? [];
    if (text === undefined || digest === undefined) return null;
    const given = Buffer.from(digest, 'base64url');
    const digests = await this.digests(text);
    if (!digests.some((ours) => timingSafeEqual(given, ours))) return null;
    const carried = JSON.parse(Buffer.from(text, 'base64url').toString()) as Carried;
    return {
      id: carried.id,
      filter: filterOf(carried.f),
      scope: carried.s,
      ratePerSecond: carried.r,
      countedAt: new Date(carried.at),
      upTo: carried.to,
      total: carried.n,
    };
  }

  /** One for each key, the configured one's first. */
  private async digests(text: string): Promise<Buffer[]> {
    const keys = await this.secretsKey.derive(PURPOSE);
    return keys.map((key) => createHmac('sha256', key).update(text).digest());
  }
}
