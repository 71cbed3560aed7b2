import { ValidateIf } from 'class-validator';

/**
 * A field of a body that may be left out. null is not left out, as it would be for IsOptional: it is checked like any value, or
 * `{"dryRun": null}` would replay in earnest.
 */
export function MayBeMissing(): PropertyDecorator {
  return ValidateIf((_, value) => value !== undefined);
}
