export { describedEvents } from './described-events.js';
export type { DescribedEvents } from './described-events.js';
export { reject, RejectEvent, RetryLater, retryLater } from './errors.js';
export type { EventHandler, HandlerContext, HandlerLogger, JsonValue, WebhookEvent } from './handler.js';
export { challengeOf, hubHandshake, jsonAnswer, textAnswer } from './handshake.js';
export type {
  Handshake,
  HandshakeAnswer,
  HandshakeRequest,
  RefusedHandshake,
  KeptSecret,
  ProviderAnswer,
} from './handshake.js';
export { lockRow } from './lock-row.js';
export { takeMysqlTypeNames } from './mysql-type-names.js';
export {
  bodyDigest,
  headerField,
  joinFields,
  listField,
  millisecondsField,
  parseJson,
  parsePayload,
  payloadOf,
  secondsField,
  sharedField,
  stringField,
  timeField,
  utcField,
} from './payload.js';
export { answerTo, defineProvider, idempotencyKeyOf, jsonRequest } from './provider.js';
export type { Delivery, DerivedEvent, ProviderDefinition, ProviderRequest, Sample } from './provider.js';
export { matchesType } from './type-pattern.js';
export { DEFAULT_TIMEOUT_MS, WEBHOOK_HANDLER, WebhookHandler } from './webhook-handler.decorator.js';
export type { BreakerOptions, WebhookHandlerOptions } from './webhook-handler.decorator.js';
