import { BadRequestException, ParseUUIDPipe } from '@nestjs/common';

/**
 * A UUID in the address.
 * @param takes the detail of the 400 where it is none
 */
export function uuidParameter(takes: string): ParseUUIDPipe {
  return new ParseUUIDPipe({ exceptionFactory: () => new BadRequestException(takes) });
}
