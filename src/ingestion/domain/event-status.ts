/** The three public statuses: accepted and under way, done, and dead letter that waits for a person. */
export const EVENT_STATUSES = ['RECEIVED', 'PROCESSED', 'FAILED'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

/** What a replay runs again: every operation, or only those that have not succeeded. */
export const REPLAY_SCOPES = ['ALL', 'FAILED'] as const;
export type ReplayScope = (typeof REPLAY_SCOPES)[number];
