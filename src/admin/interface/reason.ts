import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Length } from 'class-validator';

const LONGEST = 1000;

export const TAKES_REASON = `reason must be a text of 1 to ${LONGEST} characters.`;

/** Why a command is given, as it is kept with what the command is done to. */
export function IsReason(description: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ minLength: 1, maxLength: LONGEST, description }),
    Length(1, LONGEST, { message: TAKES_REASON }),
  );
}
