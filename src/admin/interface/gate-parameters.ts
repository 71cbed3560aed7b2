import { BadRequestException, ParseEnumPipe } from '@nestjs/common';
import type { ApiParamOptions } from '@nestjs/swagger';
import type { GateKind } from '../../processing/domain/gate.js';

/** What is paused or limited, as it is documented in the address. */
export function kindParameter(kinds: readonly GateKind[], example: GateKind): ApiParamOptions {
  return { name: 'kind', schema: { type: 'string', enum: [...kinds], example } };
}

export function noGate(kind: GateKind, name: string, hint: string): string {
  return `There is no ${kind} named ${name}; ${hint}.`;
}

export function takesKind(kinds: readonly GateKind[]): string {
  return `kind must be one of ${kinds.join(', ')}.`;
}

/** One of some kinds in the address. */
export function oneOf(kinds: readonly GateKind[]): ParseEnumPipe {
  const values = Object.fromEntries(kinds.map((kind) => [kind, kind]));
  return new ParseEnumPipe(values, { exceptionFactory: () => new BadRequestException(takesKind(kinds)) });
}
