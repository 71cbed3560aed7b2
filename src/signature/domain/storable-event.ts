import type { DerivedEvent } from 'hookwell/handler-kit';

/** Characters that the columns of an event take. */
const TEXT_COLUMN = 255;

/** What of an event is stored as its provider says it. */
export type StorableEvent = Pick<DerivedEvent, 'id' | 'type' | 'orderingKey' | 'occurredAt'>;

/** An event as it is stored: its texts as long as their columns, and a time that a database can hold. */
export function storableEvent({ id, type, orderingKey, occurredAt }: StorableEvent): StorableEvent {
  return {
    id: id === null ? null : cut(storableId(id)),
    type: cut(type),
    orderingKey: cut(orderingKey),
    occurredAt: storableTime(occurredAt),
  };
}

/**
 * A provider's id in full, by which its event is told from others. One with half of a character in it is spelled as JSON spells it, for UTF-8
 * has one sign for all of them.
 */
export function storableId(id: string): string {
  return id.isWellFormed() ? id : JSON.stringify(id);
}

/** As UTF-8 has it, in which there is no half of a character. */
function cut(text: string | null): string | null {
  return text === null ? null : text.slice(0, TEXT_COLUMN).toWellFormed();
}

/** A sender's clock can say anything; MySQL's DATETIME begins with the year 1000 and ends with 9999. */
function storableTime(time: Date | null): Date | null {
  const year = time?.getUTCFullYear() ?? Number.NaN;
  return year >= 1000 && year <= 9999 ? time : null;
}
