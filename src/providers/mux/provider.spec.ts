import { expect, it } from 'vitest';
import { definition } from './provider.js';

it.each([
  [
    'the asset of a track',
    'video.asset.track.ready',
    'track',
    'tr_1',
    { id: 'tr_1', asset_id: 'as_1' },
    'as_1',
  ],
  ['the asset of shots', 'video.asset.shots.ready', 'asset', 'as_1', { status: 'completed' }, 'as_1'],
  ['the upload, not its asset', 'video.upload.asset_created', 'upload', 'up_1', { asset_id: 'as_1' }, 'up_1'],
])('is kept in order with %s', (_, type, object, id, data, key) => {
  const body = Buffer.from(JSON.stringify({ type, object: { type: object, id }, data }));
  expect(definition.derive({ headers: {}, body }).orderingKey).toBe(key);
});
