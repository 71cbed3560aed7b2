import type { FastifyRequest } from 'fastify';
import type { CommandBegun } from '../domain/audit-entry.js';

/** Where a route keeps its {@link AuditedCommand}. */
export const COMMAND = Symbol('audited command');

/** A value of a parameter that is longer as JSON says only how long it is: it has not been checked yet. */
const LONGEST_VALUE = 1000;

/** What the audit has to know of a command. Parameters are meant by their names, wherever in the request they are. */
export interface AuditedCommand {
  /** Noun and verb, `event.replay` say. */
  readonly name: string;
  /** The parameter that says what the command is done to. */
  readonly target?: string;
  /** The parameters that are kept as details: all that matter, and never a secret or a key. */
  readonly details?: readonly string[];
}

/** A command's parameters as the audit keeps them. */
export function parametersOf(
  { target, details = [] }: AuditedCommand,
  request: Pick<FastifyRequest, 'params' | 'query' | 'body'>,
): Pick<CommandBegun, 'target' | 'details'> {
  const sent = new Map(
    [request.query, request.body, request.params].flatMap((part) => Object.entries(part ?? {})),
  );
  const about: unknown = target === undefined ? undefined : sent.get(target);
  return {
    target: typeof about === 'string' ? about : null,
    details: Object.fromEntries(
      details.filter((name) => sent.has(name)).map((name) => [name, bounded(sent.get(name))]),
    ),
  };
}

function bounded(value: unknown): unknown {
  const { length } = JSON.stringify(value);
  return length <= LONGEST_VALUE ? value : `[${length} characters, not kept]`;
}
