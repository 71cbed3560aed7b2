import { ApiProperty, ApiPropertyOptional, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy } from 'class-validator';
import { z } from 'zod';
import { isOwnProvider, OWN_PROVIDER } from '../../providers/own-provider-name.js';
import { eventFields } from '../domain/own/event-fields.js';
import { type Custom, readCustom } from '../domain/own/own-provider.js';
import { WRITTEN } from '../domain/own/rules.js';
import { schemeFields } from '../domain/own/scheme-fields.js';

export const OWN = `${OWN_PROVIDER}, or ${OWN_PROVIDER}:acme say (a-z, 0-9 and -)`;

export const CUSTOM_IS_MISSING = `custom must say how the provider signs, for provider is ${OWN}.`;
export const CUSTOM_IS_TOO_MUCH = `custom is for sources whose provider is ${OWN}; leave it out.`;

/** What is said of a description that some active secrets, by their ids, would be no secrets for. */
export function losesSecrets(ids: readonly string[]): string {
  return `custom.scheme.key must stay as it is while the source has active secrets that could not be read so: ${ids.join(', ')}; revoke them first, or add another source with a secret that fits.`;
}

const IS_CERTIFICATE =
  'must not be that of CLIENT_CERTIFICATE_HEADER: it has credentials, and what is read of an event is told.';

export const TAKES_CUSTOM = 'custom.scheme.signed must have {body} in it, or anybody could change the body.';

/** A provider of one's own, as the documentation shows it. */
export const CUSTOM = {
  scheme: {
    signed: '{timestamp}.{body}',
    signature: { header: 'x-acme-signature', separator: ',', prefix: 'v1=', encoding: 'hex' },
    timestamp: { at: { prefix: 't=' }, unit: 'seconds', tolerance: 300 },
  },
  event: {
    id: { header: 'x-acme-delivery' },
    type: { pointer: '/type' },
    orderingKey: { pointer: '/data/order' },
    occurredAt: { pointer: '/at', unit: 'iso8601' },
  },
} satisfies Custom;

/** {@link Custom}, as the API's document describes it: by the rules that it is held to. */
export class CustomView {
  @ApiProperty(propertyOf(schemeFields(WRITTEN), 'How it signs.'))
  scheme!: Custom['scheme'];

  @ApiPropertyOptional(propertyOf(eventFields(WRITTEN), 'Where its requests say what happened.'))
  event?: Exclude<Custom['event'], undefined>;
}

export const CUSTOM_PROPERTY = { type: CustomView, description: `What the provider is, where it is ${OWN}.` };

/** A field that says what an own provider is; its message names all that is wrong in it. */
export function IsCustom(): PropertyDecorator {
  return ValidateBy({
    name: 'isCustom',
    validator: {
      validate: (value) => problemsOf(value).length === 0,
      defaultMessage: (about) => problemsOf(about?.value).join(' '),
    },
  });
}

/** A checked field, as it is kept. */
export function customOf(value: unknown): Custom | undefined {
  const read = readCustom(value);
  return 'custom' in read ? read.custom : undefined;
}

/** A kept field as it is shown, also where this process cannot make a provider of it. */
export function customView(text: string | null): { custom?: Custom } {
  try {
    return text === null ? {} : { custom: JSON.parse(text) as Custom };
  } catch {
    return {};
  }
}

/** What is wrong with custom beside the provider: an own one needs it, and no other takes it; null when nothing is. */
export function mismatch(provider: string, custom: unknown): string | null {
  if (isOwnProvider(provider)) return custom === undefined ? CUSTOM_IS_MISSING : null;
  return custom === undefined ? null : CUSTOM_IS_TOO_MUCH;
}

/** What is wrong with a description whose event is read from a header, that of client certificates; null when nothing is. */
export function readsCertificate({ event = {} }: Custom, header: string | undefined): string | null {
  const fields = Object.entries(event)
    .filter(([, place]) => header !== undefined && place.header === header)
    .map(([name]) => `custom.event.${name}.header`);
  return fields.length === 0 ? null : `${fields.join(', ')} ${IS_CERTIFICATE}`;
}

function problemsOf(value: unknown): readonly string[] {
  const read = readCustom(value);
  return 'problems' in read ? read.problems : [];
}

function propertyOf(schema: z.ZodType, description: string): ApiPropertyOptions {
  const property = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input' });
  return { ...property, description } as ApiPropertyOptions;
}
