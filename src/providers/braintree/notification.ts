/** What is read of a notification; null where it does not say. */
export interface Notification {
  readonly kind: string | null;
  readonly timestamp: string | null;
  /** What it is about, and its id: `subscription my_id`. */
  readonly subject: string | null;
}

/** A tag, and the text behind it. */
const TAG = /<(\/?)([\w-]+)[^<>]*?(\/?)>([^<]*)/g;
const SUBJECT = 'notification/subject/';

/**
 * Reads a notification by the paths of its elements: what it is about has elements of the same names inside. Any text is read;
 * what is no notification has none of these.
 */
export function readNotification(xml: string): Notification {
  const path: string[] = [];
  const texts = new Map<string, string>();
  let subject: string | null = null;
  for (const [, closing, name = '', empty, text = ''] of xml.matchAll(TAG)) {
    if (closing) {
      path.pop();
      continue;
    }
    path.push(name);
    const here = path.join('/');
    texts.set(here, text);
    if (path.length === 4 && name === 'id' && here.startsWith(SUBJECT)) {
      subject ??= text === '' ? null : `${path[2] ?? ''} ${text}`;
    }
    if (empty) path.pop();
  }
  return {
    kind: texts.get('notification/kind') || null,
    timestamp: texts.get('notification/timestamp') || null,
    subject,
  };
}
