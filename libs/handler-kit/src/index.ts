export { RejectEvent } from './errors.js';
export type { EventHandler, HandlerContext, JsonValue, WebhookEvent } from './handler.js';
export { lockRow } from './lock-row.js';
export { headerField, parseJson, payloadOf, stringField, timeField } from './payload.js';
export { defineProvider } from './provider.js';
export type { DerivedEvent, ProviderDefinition, ProviderRequest, Sample } from './provider.js';
export { WEBHOOK_HANDLER, WebhookHandler } from './webhook-handler.decorator.js';
export type { WebhookHandlerOptions } from './webhook-handler.decorator.js';
