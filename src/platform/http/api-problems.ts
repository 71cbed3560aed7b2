import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiResponse } from '@nestjs/swagger';
import { NO_ADMIN_KEY, NOT_JSON, NOT_RECORDED, OUR_FAULT, tooLarge, TOO_MUCH_UNDER_WAY } from './details.js';
import { type Problem, problemOf } from './problem.filter.js';
import { DEFAULT_BODY_LIMIT } from './raw-body.js';

export class ProblemView implements Problem {
  @ApiProperty({ example: 'about:blank', format: 'uri-reference' })
  type!: string;

  @ApiProperty({ example: 'Bad Request' })
  title!: string;

  @ApiProperty({ example: 400 })
  status!: number;

  @ApiProperty({ description: 'What is wrong and what to do.' })
  detail!: string;
}

/** Documents the errors that a route answers: for each status an example of each of its details. */
export function ApiProblems(
  details: Readonly<Record<number, string | readonly string[]>>,
): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ...Object.entries(details).map(([status, texts]) => {
      const problems = [texts].flat().map((detail) => problemOf(Number(status), detail));
      return ApiResponse({
        status: Number(status),
        description: problems[0]?.title ?? '',
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/ProblemView' },
            ...(problems.length === 1
              ? { example: problems[0] }
              : { examples: Object.fromEntries(problems.map((value) => [value.detail, { value }])) }),
          },
        },
      });
    }),
  );
}

/** What every route can answer. */
export const INTERNAL_ERROR = { 500: OUR_FAULT } as const;

/** What every admin route can answer; where more than a viewer's key is needed, NeedsRole says so. */
export const ADMIN_PROBLEMS = { 401: NO_ADMIN_KEY, ...INTERNAL_ERROR } as const;

/** What every command can answer. */
export const COMMAND_PROBLEMS = { 503: NOT_RECORDED } as const;

/** What every command that takes a body can answer, beside what it says of the body's fields. */
export const BODY_PROBLEMS = {
  400: NOT_JSON,
  413: tooLarge(DEFAULT_BODY_LIMIT),
  503: [TOO_MUCH_UNDER_WAY, COMMAND_PROBLEMS[503]],
} as const;
