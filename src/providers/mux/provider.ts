import { defineProvider, jsonRequest, parseJson, stringField, timeField } from 'hookwell/handler-kit';
import { mux } from 'hookwell/signatures';

/**
 * https://www.mux.com/docs/core/listen-for-webhooks
 *
 * The sample is one that Mux has published there.
 */
export const definition = defineProvider({
  slug: 'mux',
  displayName: 'Mux',
  documentation: 'https://www.mux.com/docs/core/listen-for-webhooks',
  scheme: mux,
  delivery: { answerWithinMs: null, retries: 'for 24 h' },
  derive: ({ body }) => {
    const event = parseJson(body);
    return {
      id: stringField(event, 'id'),
      type: stringField(event, 'type'),
      orderingKey: orderingKey(event),
      occurredAt: timeField(stringField(event, 'created_at')),
    };
  },
  simulate: ({ body, id, now }) => jsonRequest(body, { id, created_at: now.toISOString() }),
});

/**
 * The asset, for its tracks and renditions too; else what the event is about. An upload tells its asset as soon as it has one, and stays
 * an upload.
 */
function orderingKey(event: unknown): string | null {
  const isOfAsset = stringField(event, 'type')?.startsWith('video.asset.') ?? false;
  const asset = isOfAsset ? stringField(event, 'data', 'asset_id') : null;
  return asset ?? stringField(event, 'object', 'id');
}

export const handlers = [];
