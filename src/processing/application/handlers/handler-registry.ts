import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, Reflector } from '@nestjs/core';
import {
  type EventHandler,
  matchesType,
  WEBHOOK_HANDLER,
  type WebhookHandlerOptions,
} from 'hookwell/handler-kit';
import type { ZodType } from 'zod';
import { ConfigurationError } from '../../../platform/config/config.js';
import { ProviderCatalog } from '../../../providers/provider-catalog.js';
import type { HandlerRules } from '../../domain/handler-rules.js';
import { handlerRules } from './handler-options.js';

/** A handler as the pipeline runs it. */
export interface RegisteredHandler extends HandlerRules {
  readonly provider: string;
  /** Event types, with `*` for any characters. */
  readonly types: readonly string[];
  /** What its payload has to look like; null where any does. */
  readonly payload: ZodType | null;
  /** Whether it may open a transaction. */
  readonly transaction: boolean;
  readonly handler: EventHandler;
}

/** Finds the team's handlers through dependency injection. */
@Injectable()
export class HandlerRegistry implements OnModuleInit {
  private handlers: readonly RegisteredHandler[] = [];
  private byName: ReadonlyMap<string, RegisteredHandler> = new Map();

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
    this.byName = new Map(this.handlers.map((handler) => [handler.name, handler]));
  }

  all(): readonly RegisteredHandler[] {
    return this.handlers;
  }

  /** In their order. */
  names(): string[] {
    return [...this.byName.keys()].toSorted();
  }

  find(name: string): RegisteredHandler | undefined {
    return this.byName.get(name);
  }

  /** The handlers of an event; none where nobody asked for its type. */
  for(provider: string, type: string): readonly RegisteredHandler[] {
    return this.handlers.filter(
      (handler) =>
        handler.provider === provider && handler.types.some((pattern) => matchesType(pattern, type)),
    );
  }

  /** The serial ones among them; null where this process lacks the provider's folder. */
  serialRules({ provider, type }: { provider: string; type: string }): readonly HandlerRules[] | null {
    return this.catalog.knows(provider) ? this.for(provider, type).filter(({ serial }) => serial) : null;
  }

  /** Whether some handler requires events of this type, so that their end may be what others wait for. */
  isAwaited(provider: string, type: string): boolean {
    return this.handlers.some(
      (handler) => handler.provider === provider && handler.requires?.types.includes(type),
    );
  }

  private register(
    name: string,
    options: WebhookHandlerOptions,
    handler: Partial<EventHandler>,
  ): RegisteredHandler {
    if (!this.catalog.knows(options.provider)) {
      throw new ConfigurationError(
        `${name} handles provider ${options.provider}, and there is no such provider folder`,
      );
    }
    if (typeof handler.handle !== 'function')
      throw new ConfigurationError(`${name} has no handle(event, context)`);
    return {
      ...handlerRules(name, options),
      provider: options.provider,
      types: options.types,
      payload: options.payload ?? null,
      transaction: options.transaction ?? true,
      handler: handler as EventHandler,
    };
  }
}
