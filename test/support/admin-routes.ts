import { readFileSync } from 'node:fs';

interface Operation {
  readonly security?: readonly object[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly schema: { readonly example?: unknown };
  }[];
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly example?: { detail: string } }>> }>
  >;
}

/** A route for admins, as the API's document has it. */
export interface AdminRoute {
  readonly name: string;
  readonly method: string;
  /** With the document's examples for its parameters. */
  readonly path: string;
  /** Whether it does something, and not only shows it. */
  readonly isCommand: boolean;
  /** What a key with too low a role is told; undefined where any will do. */
  readonly refusal: string | undefined;
}

const { paths } = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

/** All of them; a test of openapi.spec.ts sees to it that a route which needs a key says so. */
export const adminRoutes: readonly AdminRoute[] = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { security }]) => security?.length)
    .map(([method, operation]) => adminRoute(path, method, operation)),
);

function adminRoute(path: string, method: string, { parameters = [], responses }: Operation): AdminRoute {
  const inPath = parameters.filter((parameter) => parameter.in === 'path');
  return {
    name: `${method} ${path}`,
    method: method.toUpperCase(),
    path: inPath.reduce(
      (filled, { name, schema }) => filled.replace(`{${name}}`, String(schema.example)),
      path,
    ),
    isCommand: method !== 'get',
    refusal: responses['403']?.content['application/problem+json']?.example?.detail,
  };
}
