import type { Type } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';

/** Documents what a route answers when all is well; the example is one of the view's own type, so the two cannot drift. */
export function ApiAnswer<TView extends object>(
  type: Type<TView> | [Type<TView>],
  description: string,
  example: NoInfer<TView> | readonly NoInfer<TView>[],
  status = 200,
): MethodDecorator {
  return ApiResponse({ status, description, type, example });
}
