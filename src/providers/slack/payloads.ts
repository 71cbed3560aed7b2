import type { SlackEvent } from '@slack/types';
import { describedEvents } from 'hookwell/handler-kit';

/** What every event comes in. https://docs.slack.dev/apis/events-api#callback-field */
export interface SlackEnvelope<TEvent> {
  readonly type: 'event_callback';
  readonly event: TEvent;
  readonly event_id: string;
  /** Seconds since 1970. */
  readonly event_time: number;
  readonly team_id: string;
  readonly api_app_id: string;
  /** Slack's old way to be known; the signature has taken its place. */
  readonly token: string;
}

/** Slack's events by type, as the package @slack/types describes them. Messages are told apart by their `subtype`. */
export type SlackPayloads = {
  readonly [T in SlackEvent['type']]: SlackEnvelope<Extract<SlackEvent, { type: T }>>;
};

/** For handlers of Slack's events: `@WebhookHandler({ ...slackEvents('app_mention') })`. */
export const slackEvents = describedEvents<SlackPayloads>('slack');
