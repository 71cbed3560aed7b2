/** What is read of a notification; null where it does not say. */
export interface Notification {
  readonly kind: string | null;
  readonly timestamp: string | null;
  /** What it is about, and its id: `subscription my_id`. */
  readonly subject: string | null;
}

/** A tag, and the text behind it. The name's end is looked for first, so that no text takes longer than its length. */
const TAG = /<(\/?)([\w-]+)(?=[\s/>])[^<>]*?(\/?)>([^<]*)/g;
/** Nothing that is read is deeper: the id in `notification/subject/subscription/id`. */
const DEPTH = 4;

/**
 * Reads a notification by the paths of its elements, for what it is about has elements of the same names inside. Any text is read;
 * what is no notification has none of these.
 */
export function readNotification(xml: string): Notification {
  const path: string[] = [];
  let kind: string | null = null;
  let timestamp: string | null = null;
  let subject: string | null = null;
  for (const [, closing, name = '', empty, text = ''] of xml.matchAll(TAG)) {
    if (closing) {
      path.pop();
      continue;
    }
    path.push(name);
    const [root, part, entity] = path;
    if (path.length <= DEPTH && root === 'notification' && text !== '') {
      if (path.length === 2 && part === 'kind') kind ??= text;
      if (path.length === 2 && part === 'timestamp') timestamp ??= text;
      if (path.length === DEPTH && part === 'subject' && name === 'id') subject ??= `${entity ?? ''} ${text}`;
    }
    if (empty) path.pop();
  }
  return { kind, timestamp, subject };
}
