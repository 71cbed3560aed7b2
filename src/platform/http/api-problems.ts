import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiProperty, ApiResponse } from '@nestjs/swagger';
import type { Problem } from './problem.filter.js';

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

/** Documents the errors that a route answers: for each status an example of its detail. */
export function ApiProblems(details: Readonly<Record<number, string>>): MethodDecorator & ClassDecorator {
  return applyDecorators(
    ...Object.entries(details).map(([status, detail]) => {
      const title = STATUS_CODES[status] ?? 'Error';
      return ApiResponse({
        status: Number(status),
        description: title,
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/ProblemView' },
            example: { type: 'about:blank', title, status: Number(status), detail },
          },
        },
      });
    }),
  );
}

/** What every admin route can answer. */
export const UNAUTHORIZED = { 401: 'Send an admin key: Authorization: Bearer <key>.' } as const;
