import { secondsField, stringField, timeField } from 'hookwell/handler-kit';
import { NUMBERED } from './ordering-key.js';

/**
 * Where the object of an event, which is named as its type, keeps its times. It gets them one after the other, so that the latest is the
 * time of the last thing that happened to it, and none that comes is before one that went.
 */
const TIMES = new Map([
  ['check_run', ['started_at', 'completed_at']],
  ['check_suite', ['updated_at']],
  // That of a deployment is changed by its statuses, which have times of their own.
  ['deployment', ['created_at']],
  ['deployment_status', ['created_at']],
  ['workflow_job', ['created_at', 'started_at', 'completed_at']],
  ['workflow_run', ['updated_at']],
]);

/** Actions that somebody wishes for: the object is as it was before, with its times. */
const WISHES = ['rerequested', 'requested_action'];

/** Actions by which a release gets its time, where it is no draft. Whatever is done to it later leaves it that time. */
const PUBLISHES = ['created', 'published'];

/** When it happened; null where the event only has times of something earlier. */
export function occurredAt(type: string | null, event: unknown): Date | null {
  return changedAt(event) ?? objectTime(type ?? '', event) ?? pushedAt(event);
}

/** Of what is numbered. */
function changedAt(event: unknown): Date | null {
  return latestOf(NUMBERED.map((name) => stringField(event, name, 'updated_at')));
}

function objectTime(type: string, event: unknown): Date | null {
  const action = stringField(event, 'action') ?? '';
  if (type === 'release') {
    return PUBLISHES.includes(action) ? timeField(stringField(event, type, 'published_at')) : null;
  }
  if (WISHES.includes(action)) return null;
  return latestOf((TIMES.get(type) ?? []).map((name) => stringField(event, type, name)));
}

/** Seconds, in a push alone. Its commits may be much older, and where a ref is deleted there are none. */
function pushedAt(event: unknown): Date | null {
  return secondsField(stringField(event, 'repository', 'pushed_at'));
}

function latestOf(texts: readonly (string | null)[]): Date | null {
  const times = texts.map(timeField).filter((time) => time !== null);
  return times.length === 0 ? null : new Date(Math.max(...times.map((time) => time.getTime())));
}
