import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { Clock } from '../../../platform/clock.js';
import { APP_CONFIG, type AppConfig } from '../../../platform/config/config.js';
import { EventQueue } from '../../../platform/queue/event-queue.js';
import { type ClosedGate, gateName } from '../../domain/gate.js';
import { ClaimStore } from '../../infrastructure/claim-store.js';
import { HeldStore } from '../../infrastructure/gates/held-store.js';
import { HandlerRegistry } from '../handlers/handler-registry.js';
import { Steering } from './steering.js';

const MOST_AT_ONCE = 128;
/** What a gate that has opened lets through in one go: the relay has others to look after. */
const MOST_BATCHES = 8;

/** Lets held operations through, as many as their gates admit now, whoever has held them and by whatever view. */
@Injectable()
export class GateKeeper implements BeforeApplicationShutdown {
  private readonly logger = new Logger(GateKeeper.name);
  /** Gates with a limit where there may be a free place. */
  private readonly toLetIn = new Set<string>();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private lettingIn: Promise<void> | undefined;
  /** By gate, when an operation was let through that has yet to come to its breaker: the next one only where that is lost. */
  private readonly tried = new Map<string, number>();
  private stopping = false;

  constructor(
    @Inject(Steering) private readonly steering: Steering,
    @Inject(HandlerRegistry) private readonly registry: HandlerRegistry,
    @Inject(HeldStore) private readonly held: HeldStore,
    @Inject(ClaimStore) private readonly claims: ClaimStore,
    @Inject(EventQueue) private readonly queue: EventQueue,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'LEASE_MS'>,
  ) {}

  /** Looks at every gate that holds operations. */
  async sweep(): Promise<void> {
    for (const gate of await this.held.gates()) await this.look(gate);
  }

  /** Lets the next ones in at gates with a limit where a place has become free. Does not wait for it: a sweep would do it too. */
  letNextIn(gates: readonly string[]): void {
    if (this.stopping) return;
    for (const gate of gates) this.toLetIn.add(gate);
    if (this.toLetIn.size > 0) this.lettingIn ??= this.letAllIn();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    await this.lettingIn;
  }

  private async look(gate: ClosedGate): Promise<void> {
    switch (gate.reason) {
      case 'PAUSE':
        if (!this.steering.isPaused(gate.waitsFor)) await this.letThrough(gate);
        return;
      case 'BREAKER':
        return this.lookAtBreaker(gate);
      case 'LIMIT':
        return this.letIn(gate.waitsFor);
      default:
        gate.reason satisfies never;
    }
  }

  private async lookAtBreaker(gate: ClosedGate): Promise<void> {
    const handler = this.registry.all().find(({ name }) => gateName('handler', name) === gate.waitsFor);
    const breaker = handler ? this.steering.breaker(handler.name) : null;
    if (!breaker) return this.letThrough(gate);
    const now = this.clock.now().getTime();
    if (breaker.retryAt.getTime() > now) {
      this.tried.delete(gate.waitsFor);
      return;
    }
    if (now - (this.tried.get(gate.waitsFor) ?? 0) < this.config.LEASE_MS) return;
    if ((await this.held.letThrough(gate, 1)) > 0) this.tried.set(gate.waitsFor, now);
  }

  private async letThrough(gate: ClosedGate): Promise<void> {
    for (let batches = 0; batches < MOST_BATCHES && !this.stopping; batches += 1) {
      if ((await this.held.letThrough(gate, MOST_AT_ONCE)) < MOST_AT_ONCE) return;
    }
  }

  private async letAllIn(): Promise<void> {
    for (const gate of this.toLetIn) {
      this.toLetIn.delete(gate);
      await this.letIn(gate).catch((error: unknown) => {
        this.logger.warn(`nobody let in at ${gate}: ${(error as Error).message}`);
      });
    }
    this.lettingIn = undefined;
  }

  /** Hands over those that are let in at once: a limited handler is to be as busy as it may be. */
  private async letIn(gate: string): Promise<void> {
    const { eventIds, again } = await this.held.letIn(
      gate,
      (operation) => this.steering.limitsOn(operation),
      MOST_AT_ONCE,
    );
    if (eventIds.length > 0 && !(await this.queue.handOver(eventIds))) await this.claims.handBack(eventIds);
    if (again) this.letInAt(gate, again);
  }

  private letInAt(gate: string, time: Date): void {
    clearTimeout(this.timers.get(gate));
    if (this.stopping) return;
    const wait = Math.max(1, time.getTime() - this.clock.now().getTime());
    this.timers.set(
      gate,
      setTimeout(() => {
        this.timers.delete(gate);
        this.letNextIn([gate]);
      }, wait),
    );
  }
}
