import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsString, Matches, ValidateBy } from 'class-validator';
import type { SignedRequest } from 'hookwell/signatures';
import { AsSent } from '../../platform/http/as-sent.decorator.js';
import { MayBeMissing } from '../../platform/http/may-be-missing.decorator.js';
import { toldProtocol } from '../../platform/http/caller.js';
import { IsTime } from '../../platform/http/time-parameter.js';

const ENCODINGS = ['utf8', 'base64'] as const;

const TAKES_METHOD = "method must be the request's, POST say.";
const TAKES_URL =
  'url must be the whole address that the provider has called, https://hooks.example.com/webhooks/acme say.';
export const TAKES_BODY = 'body must be a text; base64 where bodyEncoding says so.';
const TAKES_ENCODING = `bodyEncoding must be one of ${ENCODINGS.join(', ')}.`;
const TAKES_HEADERS = 'headers must be an object with a text, or a list of texts, for each name.';

/** A request that a provider has sent, as whoever has captured it pastes it. */
export class CapturedRequest {
  @ApiProperty({ example: 'POST' })
  @Matches(/^[A-Za-z]{1,20}$/, { message: TAKES_METHOD })
  method!: string;

  @ApiPropertyOptional({
    description:
      'The address that the provider has called, for schemes that sign it. Default: that of the source at PUBLIC_URL; where that is not set at the captured host header, or with TRUSTED_PROXIES the captured x-forwarded-host and x-forwarded-proto; where that is missing at the host of this request, with PORT where ADMIN_PORT is another.',
  })
  @MayBeMissing()
  @ValidateBy({
    name: 'isAddress',
    validator: { validate: isAddress, defaultMessage: () => TAKES_URL },
  })
  url?: string;

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
    description: 'Names in any case; a list where a header came several times.',
  })
  @AsSent()
  @ValidateBy({
    name: 'isHeaders',
    validator: {
      validate: (value) => headersProblem(value) === null,
      defaultMessage: (about) => headersProblem(about?.value) ?? '',
    },
  })
  headers!: Record<string, string | string[]>;

  @ApiProperty({
    description:
      'The bytes as they came; base64 for what is no text, or where an editor may have changed it.',
  })
  @IsString({ message: TAKES_BODY })
  body!: string;

  @ApiPropertyOptional({ enum: ENCODINGS, default: 'utf8' })
  @MayBeMissing()
  @IsIn(ENCODINGS, { message: TAKES_ENCODING })
  bodyEncoding?: (typeof ENCODINGS)[number];

  @ApiPropertyOptional({
    format: 'date-time',
    description: 'When it came: its own time is held against this one. Default: now.',
  })
  @MayBeMissing()
  @IsTime()
  at?: string;
}

/**
 * The request as the signature library takes it; null where the body is not in the encoding that it says.
 * @param addressAt where the provider calls the source, by the origin that the request's own headers tell, if they do
 * @param trustsProxies whether those count in which proxies tell it
 */
export function requestFrom(
  { method, url, headers, body, bodyEncoding = 'utf8' }: CapturedRequest,
  addressAt: (origin: string | undefined) => string,
  trustsProxies: boolean,
): SignedRequest | null {
  const rawBody = Buffer.from(body, bodyEncoding);
  if (bodyEncoding === 'base64' && rawBody.toString('base64') !== body) return null;
  const received = inLowerCase(headers);
  return { method, url: url ?? addressAt(originIn(received, trustsProxies)), headers: received, rawBody };
}

/**
 * Where a request was sent to, as its headers tell a server that trusts its proxies, or trusts none; undefined where they name no host, or
 * several.
 */
function originIn(headers: SignedRequest['headers'], trustsProxies: boolean): string | undefined {
  const told = (name: string): string | undefined => (trustsProxies ? nearest(headers[name]) : undefined);
  const host = told('x-forwarded-host') ?? headers['host'];
  if (typeof host !== 'string' || host === '') return undefined;
  return `${toldProtocol(told('x-forwarded-proto'))}://${host}`;
}

/** What the nearest of the proxies has said. */
function nearest(value: string | string[] | undefined): string | undefined {
  return [value ?? []].flat().join(',').split(',').at(-1)?.trim() || undefined;
}

/** As a server hands headers over: names in lower case, and what came under one name together. */
function inLowerCase(headers: CapturedRequest['headers']): Record<string, string | string[]> {
  const byName = new Map<string, string[]>();
  for (const [name, value] of Object.entries(headers)) {
    const key = name.toLowerCase();
    byName.set(key, [...(byName.get(key) ?? []), ...[value].flat()]);
  }
  const entries = [...byName].map(([name, values]) => [name, values.length === 1 ? values[0] : values]);
  // Without a prototype, so that no name is special.
  return Object.assign(Object.create(null), Object.fromEntries(entries)) as Record<string, string | string[]>;
}

/** Not put in order: providers sign it as they spell it. */
function isAddress(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\/[^/?#\s]/i.test(value) && URL.canParse(value);
}

function headersProblem(value: unknown): string | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return TAKES_HEADERS;
  const problems = Object.entries(value).flatMap(([name, header]: [string, unknown]) =>
    name in Object.prototype
      ? [`headers.${name} is no name that is taken here.`]
      : [header].flat().every((text) => typeof text === 'string')
        ? []
        : [`headers.${name} must be a text or a list of texts.`],
  );
  return problems.join(' ') || null;
}
