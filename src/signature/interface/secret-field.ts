import { ValidateBy } from 'class-validator';

/** Not characters: encrypted, a secret takes room by its bytes, up to 704 characters of the column's. */
export const SECRET_BYTES = 500;
export const TAKES_SECRET = `secret must be a text of 1 to ${SECRET_BYTES} bytes.`;

/** A secret in a command's body. Whether its provider could have given it out is seen later, once the provider is known. */
export function IsSecret(): PropertyDecorator {
  return ValidateBy({
    name: 'isSecret',
    validator: { validate: fitsItsColumn, defaultMessage: () => TAKES_SECRET },
  });
}

function fitsItsColumn(secret: unknown): boolean {
  return typeof secret === 'string' && secret !== '' && Buffer.byteLength(secret) <= SECRET_BYTES;
}
