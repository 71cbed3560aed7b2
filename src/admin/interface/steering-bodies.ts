import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, Max, Min } from 'class-validator';
import { MayBeMissing } from '../../platform/http/may-be-missing.decorator.js';
import { IsReason } from './reason.js';

const MOST = 1_000_000;
const COUNT = { type: 'integer', minimum: 1, maximum: MOST } as const;

export const TAKES_CONCURRENCY = takesCount('concurrency');
const TAKES_RATE = takesCount('ratePerSecond');

export class Pause {
  @IsReason('Why, for whoever comes next.')
  reason!: string;
}

export class SetLimit {
  @ApiPropertyOptional({ ...COUNT, description: 'How many operations run at once, in all workers together.' })
  @MayBeMissing()
  @IsInt({ message: TAKES_CONCURRENCY })
  @Min(1, { message: TAKES_CONCURRENCY })
  @Max(MOST, { message: TAKES_CONCURRENCY })
  concurrency?: number;

  @ApiPropertyOptional({
    ...COUNT,
    description: 'How many operations start within any second, in all workers together.',
  })
  @MayBeMissing()
  @IsInt({ message: TAKES_RATE })
  @Min(1, { message: TAKES_RATE })
  @Max(MOST, { message: TAKES_RATE })
  ratePerSecond?: number;
}

function takesCount(field: string): string {
  return `${field} must be a whole number from 1 to ${MOST}.`;
}
