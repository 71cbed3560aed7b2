import { defineProvider, type ProviderDefinition } from 'hookwell/handler-kit';
import { hmac } from 'hookwell/signatures';
import { z } from 'zod';
import { contradictionsIn, verifiesItself } from './contradictions.js';
import { derivedBy, eventFields } from './event-fields.js';
import { fields } from './fields.js';
import { type Rules, STORED, WRITTEN } from './rules.js';
import { schemeFields } from './scheme-fields.js';

const ROOT = 'custom';

/** A provider that an admin describes with a source: how it signs, and where its requests say what happened. */
export type Custom = z.infer<ReturnType<typeof customFields>>;

const written = customFields(WRITTEN);
const stored = customFields(STORED);

/** A description that verifies what is signed as it says, or all that is wrong with it, each sentence with its field. */
export function readCustom(value: unknown): { readonly custom: Custom } | { readonly problems: string[] } {
  const read = written.safeParse(value);
  const scheme = (value as Partial<Custom> | null | undefined)?.scheme;
  const problems = [
    ...(read.success ? [] : read.error.issues.flatMap(sentences)),
    ...contradictionsIn(scheme).map(({ field, says }) => `${ROOT}.scheme.${field} ${says}.`),
  ];
  if (!read.success || problems.length > 0) return { problems: [...new Set(problems)] };
  if (verifiesItself(read.data.scheme)) return { custom: read.data };
  return { problems: [`${ROOT}.scheme contradicts itself: what is signed as it says does not verify.`] };
}

/**
 * A description as it is stored. It is understood and not judged, so that one which could not be written any more stops no source.
 * @throws Error when this version does not know what it means
 */
export function storedCustom(text: string): Custom {
  return stored.parse(JSON.parse(text));
}

/** An own provider as Hookwell works with every other one. */
export function ownProvider(name: string, { scheme, event = {} }: Custom): ProviderDefinition {
  return defineProvider({
    slug: name,
    displayName: name,
    scheme: hmac(scheme),
    derive: (request) => derivedBy(event, request),
  });
}

function customFields(rules: Rules) {
  return fields({ scheme: schemeFields(rules), event: eventFields(rules).exactOptional() });
}

function sentences(issue: z.core.$ZodIssue): string[] {
  const path = [ROOT, ...issue.path.map(String)].join('.');
  if (issue.code !== 'unrecognized_keys') return [`${path} ${issue.message}.`];
  return issue.keys.map((key) => `${path}.${key} is unknown; there are ${issue.message}.`);
}
