import type { EventStatus } from './event-status.js';

/** What events are narrowed by. */
export interface EventFilter {
  readonly status?: EventStatus | undefined;
  readonly source?: string | undefined;
  readonly type?: string | undefined;
  /** Those that no handler takes, or those that one does. */
  readonly unhandled?: boolean | undefined;
  /** Those that somebody has discarded, or those that nobody has. */
  readonly discarded?: boolean | undefined;
  /** Received then or later. */
  readonly from?: Date | undefined;
  /** Received earlier. */
  readonly to?: Date | undefined;
}
