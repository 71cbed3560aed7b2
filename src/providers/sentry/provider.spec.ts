import { expect, it } from 'vitest';
import { definition } from './provider.js';

it.each([
  [
    'the issue of an alert',
    'event_alert',
    'triggered',
    { event: { issue_id: '7' } },
    'event_alert.triggered',
    '7',
  ],
  ['the issue of an error', 'error', 'created', { error: { issue_id: '7' } }, 'error.created', '7'],
  [
    'the metric alert',
    'metric_alert',
    'critical',
    { metric_alert: { id: '4' } },
    'metric_alert.critical',
    '4',
  ],
  ['nothing', 'installation', 'created', { installation: { uuid: 'u' } }, 'installation.created', null],
])('is kept in order with %s', (_, resource, action, data, type, key) => {
  const headers = { 'sentry-hook-resource': resource };
  const body = Buffer.from(JSON.stringify({ action, data }));
  expect(definition.derive({ headers, body })).toMatchObject({ type, orderingKey: key });
});
