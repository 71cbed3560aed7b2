import { Transform } from 'class-transformer';

/**
 * A field whose check sees it as it was sent: the transformer passes over what is named as something of every object, `toString` say, so
 * that it would be dropped where another is refused.
 */
export function AsSent(): PropertyDecorator {
  return Transform(({ obj, key }: { obj: Record<string, unknown>; key: string }) => obj[key]);
}
