import type { EventEntity } from '../../ingestion/infrastructure/event.entity.js';
import type { HoldReason } from '../../processing/domain/hold.js';
import type { HoldEntity } from '../../processing/infrastructure/hold.entity.js';

/** What an event waits for that is under way, in words; null where it is in hand, or only waits for its next attempt. */
export function waitingForText(
  { status, holder, dueAt }: Pick<EventEntity, 'status' | 'holder' | 'dueAt'>,
  holds: readonly Pick<HoldEntity, 'reason' | 'waitsFor'>[],
): string | null {
  if (holds.length > 0) return [...new Set(holds.map(holdText))].join('; ');
  // Nobody has it and nothing brings it back by itself: whoever has its lane does.
  return status === 'RECEIVED' && holder === null && dueAt === null ? 'its turn' : null;
}

/** When the first operation that waits gives up waiting. */
export function deadlineOf(holds: readonly Pick<HoldEntity, 'deadline'>[]): Date | null {
  const times = holds.flatMap(({ deadline }) => deadline?.getTime() ?? []);
  return times.length > 0 ? new Date(Math.min(...times)) : null;
}

function holdText({ reason, waitsFor }: { readonly reason: HoldReason; readonly waitsFor: string }): string {
  switch (reason) {
    case 'PREREQUISITE':
      return waitsFor;
    case 'LATER':
      return `later: ${waitsFor}`;
    case 'PAUSE':
      return `the end of the pause of ${waitsFor}`;
    case 'BREAKER':
      return `the breaker of ${waitsFor}`;
    case 'LIMIT':
      return `the limit of ${waitsFor}`;
    default:
      return reason satisfies never;
  }
}
