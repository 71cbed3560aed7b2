import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { within } from '../../../platform/deadline.js';
import { KeptFresh } from '../../../platform/kept-fresh.js';
import type { BreakerState, TrippedBreaker } from '../../domain/breaker.js';
import { type GatedOperation, type GateKind, gateName, gatesOf } from '../../domain/gate.js';
import { type Limit, type LimitedGate, limitInForce } from '../../domain/limit.js';
import type { LimitEntity } from '../../infrastructure/gates/limit.entity.js';
import type { PauseEntity } from '../../infrastructure/gates/pause.entity.js';
import { type SteeringRows, SteeringStore } from '../../infrastructure/gates/steering-store.js';
import { HandlerRegistry } from '../handlers/handler-registry.js';

const REFRESH_MS = 500;
/** A reading that takes longer is given up, and what it brings later is not used. */
const READ_MS = 3000;
const CLOSED = { state: 'CLOSED', openedAt: null, retryAt: null } as const;

/** A limit in force. */
export interface LimitInForce extends Limit {
  readonly kind: GateKind;
  readonly name: string;
  /** Whether an admin has set it; else its handler declares it. */
  readonly isSet: boolean;
}

/** How a handler's breaker stands. */
export interface BreakerStanding {
  readonly handler: string;
  readonly state: BreakerState;
  /** Both null while it is closed. */
  readonly openedAt: Date | null;
  readonly retryAt: Date | null;
}

/**
 * Pauses, limits and breakers, kept in memory for whoever runs operations and read anew twice a second, so that every process sees a
 * change within a second. While the database is away the last known ones stay.
 */
@Injectable()
export class Steering implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(Steering.name);
  private pausesByGate: ReadonlyMap<string, PauseEntity> = new Map();
  private limitsByGate: ReadonlyMap<string, LimitEntity> = new Map();
  private breakersByHandler: ReadonlyMap<string, TrippedBreaker> = new Map();
  private readonly fresh = new KeptFresh(
    REFRESH_MS,
    async () => {
      this.keep(await within(READ_MS, this.store.read()));
    },
    (message) => {
      this.logger.warn(`pauses and limits not read: ${message}`);
    },
  );

  constructor(
    @Inject(SteeringStore) private readonly store: SteeringStore,
    @Inject(HandlerRegistry) private readonly registry: HandlerRegistry,
  ) {}

  /** Before anything is run: a start must not run what is paused. */
  async onModuleInit(): Promise<void> {
    await this.fresh.start();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.fresh.stop();
  }

  pauses(): PauseEntity[] {
    return [...this.pausesByGate.values()];
  }

  isPaused(gate: string): boolean {
    return this.pausesByGate.has(gate);
  }

  /** The first gate on an operation's way that is paused; null where none is. */
  pauseOf(operation: GatedOperation): string | null {
    if (this.pausesByGate.size === 0) return null;
    return gatesOf(operation).find((gate) => this.isPaused(gate)) ?? null;
  }

  /** All limits in force: those of sources first, by name. */
  limits(): LimitInForce[] {
    const set = [...this.limitsByGate.values()];
    const declared = this.registry.names().map((name) => ({ kind: 'handler' as const, name }));
    const others = declared.filter(({ kind, name }) => !this.limitsByGate.has(gateName(kind, name)));
    return [...set, ...others]
      .flatMap(({ kind, name }) => this.limitOf(kind, name) ?? [])
      .toSorted((a, b) => b.kind.localeCompare(a.kind) || a.name.localeCompare(b.name));
  }

  /** The limit in force; null where there is none. */
  limitOf(kind: GateKind, name: string): LimitInForce | null {
    const set = this.limitsByGate.get(gateName(kind, name));
    const declared = kind === 'handler' ? this.registry.find(name) : undefined;
    const limit = limitInForce(set, declared);
    return limit && { kind, name, ...limit, isSet: set !== undefined };
  }

  /** The gates with a limit that an operation passes. */
  limitsOn({ source, handler }: GatedOperation): LimitedGate[] {
    return [this.limitOf('source', source), this.limitOf('handler', handler)].flatMap((limit) =>
      limit ? [{ name: gateName(limit.kind, limit.name), limit }] : [],
    );
  }

  /** A handler's breaker that is tripped; null while it is closed, and for a handler that has none any more. */
  breaker(handler: string): TrippedBreaker | null {
    const breaker = this.breakersByHandler.get(handler) ?? null;
    return breaker && this.registry.find(handler)?.breaker ? breaker : null;
  }

  /** The breakers of all handlers that have one, by name. */
  breakers(): BreakerStanding[] {
    const names = this.registry.names().filter((name) => this.registry.find(name)?.breaker);
    return names.map((handler) => {
      const { state, openedAt, retryAt } = this.breaker(handler) ?? CLOSED;
      return { handler, state, openedAt, retryAt };
    });
  }

  /** Holds operations from now on; those under way go on. */
  async pause(kind: GateKind, name: string, reason: string): Promise<PauseEntity> {
    const pause = await this.store.pause(kind, name, reason);
    await this.fresh.refreshOrWarn();
    return pause;
  }

  async resume(kind: GateKind, name: string): Promise<void> {
    await this.store.resume(kind, name);
    await this.fresh.refreshOrWarn();
  }

  async setLimit(kind: GateKind, name: string, limit: Limit): Promise<void> {
    await this.store.setLimit(kind, name, limit);
    await this.fresh.refreshOrWarn();
  }

  async removeLimit(kind: GateKind, name: string): Promise<void> {
    await this.store.removeLimit(kind, name);
    await this.fresh.refreshOrWarn();
  }

  /** Reads what this process has changed by another way. */
  refresh(): Promise<void> {
    return this.fresh.refreshOrWarn();
  }

  private keep({ pauses, limits, breakers }: SteeringRows): void {
    this.pausesByGate = new Map(pauses.map((pause) => [gateName(pause.kind, pause.name), pause]));
    this.breakersByHandler = new Map(breakers.map((breaker) => [breaker.handler, breaker]));
    this.limitsByGate = new Map(limits.map((limit) => [gateName(limit.kind, limit.name), limit]));
  }
}
