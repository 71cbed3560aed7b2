import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Rounds } from '../../platform/rounds.js';
import type { SourceSecret } from '../domain/source-secret.js';
import { SecretStore } from '../infrastructure/secret-store.js';

/** A secret that was used is written down again only so long after. */
const REST_MS = 60_000;
const ROUND_MS = 1000;

/** Remembers when secrets were last used, and writes it down in the background: for each of them at most once a minute. */
@Injectable()
export class SecretUses implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(SecretUses.name);
  /** When each was last noted; one entry for each secret that has verified something since the start. */
  private readonly noted = new Map<string, number>();
  private waiting = new Map<string, Date>();
  private readonly rounds = new Rounds(
    ROUND_MS,
    async () => {
      await this.writeDown();
      return ROUND_MS;
    },
    (message) => {
      this.logger.warn(`uses of secrets not written down: ${message}`);
    },
  );

  constructor(@Inject(SecretStore) private readonly store: SecretStore) {}

  onApplicationBootstrap(): void {
    this.rounds.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.rounds.stop();
    await this.writeDown().catch((error: unknown) => {
      this.logger.warn(`uses of secrets not written down: ${(error as Error).message}`);
    });
  }

  /** A secret has verified something; takes no time. */
  note({ id, lastUsedAt }: SourceSecret, now: Date): void {
    // Other processes use it too: what they have written down need not be written again.
    const last = Math.max(lastUsedAt?.getTime() ?? 0, this.noted.get(id) ?? 0);
    if (now.getTime() - last < REST_MS) return;
    this.noted.set(id, now.getTime());
    this.waiting.set(id, now);
  }

  /** Writes down at once that a secret was used, where this process has seen it be. */
  async writeDownOf(id: string): Promise<void> {
    const last = this.noted.get(id);
    if (last !== undefined) await this.store.used(new Map([[id, new Date(last)]]));
  }

  private async writeDown(): Promise<void> {
    if (this.waiting.size === 0) return;
    const uses = this.waiting;
    this.waiting = new Map();
    try {
      await this.store.used(uses);
    } catch (error) {
      this.waiting = new Map([...uses, ...this.waiting]);
      throw error;
    }
  }
}
