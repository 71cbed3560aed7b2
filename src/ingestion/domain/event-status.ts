/** The three public statuses: accepted and under way, done, and dead letter that waits for a person. */
export const EVENT_STATUSES = ['RECEIVED', 'PROCESSED', 'FAILED'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];
