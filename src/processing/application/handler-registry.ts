import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import { type EventHandler, WEBHOOK_HANDLER, type WebhookHandlerOptions } from 'hookwell/handler-kit';
import { ConfigurationError } from '../../platform/config/config.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import type { RetryPolicy } from '../domain/retry-policy.js';

/** A handler as the pipeline runs it. */
export interface RegisteredHandler {
  /** Class name; kept with each attempt. */
  readonly name: string;
  readonly provider: string;
  readonly types: readonly string[];
  readonly retry: RetryPolicy;
  readonly timeoutMs: number;
  readonly handler: EventHandler;
}

const NAME_COLUMN = 128;
/** A timer takes no more, and fires at once for what is longer. */
const LONGEST_MS = 2 ** 31 - 1;
/** Of a handler that says nothing of them. */
export const DEFAULTS = { attempts: 8, backoffMs: 5000, timeoutMs: 30_000 } as const;

/** Finds the team's handlers through dependency injection. */
@Injectable()
export class HandlerRegistry implements OnModuleInit {
  private handlers: readonly RegisteredHandler[] = [];

  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(Reflector) private readonly reflector: Reflector,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
  ) {}

  /** @throws ConfigurationError when a handler could never run or cannot be told from another */
  onModuleInit(): void {
    this.handlers = this.discovery.getProviders().flatMap(({ metatype, instance }) => {
      if (typeof metatype !== 'function' || !instance) return [];
      const options = this.reflector.get<WebhookHandlerOptions | undefined>(WEBHOOK_HANDLER, metatype);
      return options ? [this.register(metatype.name, options, instance as Partial<EventHandler>)] : [];
    });
    const names = this.handlers.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw new ConfigurationError(`two handlers are named ${twice}; rename one`);
  }

  /** The handlers of an event; none where nobody asked for its type. */
  for(provider: string, type: string): readonly RegisteredHandler[] {
    return this.handlers.filter(
      (handler) =>
        handler.provider === provider && (handler.types.includes(type) || handler.types.includes('*')),
    );
  }

  private register(
    name: string,
    options: WebhookHandlerOptions,
    handler: Partial<EventHandler>,
  ): RegisteredHandler {
    if (!this.catalog.find(options.provider)) {
      throw new ConfigurationError(
        `${name} handles provider ${options.provider}, and there is no such provider folder`,
      );
    }
    if (options.types.length === 0)
      throw new ConfigurationError(`${name} names no event type; add some, or '*'`);
    if (typeof handler.handle !== 'function')
      throw new ConfigurationError(`${name} has no handle(event, context)`);
    if (name.length > NAME_COLUMN)
      throw new ConfigurationError(`${name} has a name of over ${NAME_COLUMN} characters; shorten it`);
    const { attempts, backoffMs, timeoutMs } = { ...DEFAULTS, ...options };
    for (const [option, value, least] of [
      ['attempts', attempts, 1],
      ['backoffMs', backoffMs, 0],
      ['timeoutMs', timeoutMs, 1],
    ] as const) {
      if (!Number.isInteger(value) || value < least || value > LONGEST_MS) {
        throw new ConfigurationError(
          `${name}: ${option} must be a whole number from ${least} to ${LONGEST_MS}`,
        );
      }
    }
    return {
      name,
      provider: options.provider,
      types: options.types,
      retry: { attempts, backoffMs },
      timeoutMs,
      handler: handler as EventHandler,
    };
  }
}
