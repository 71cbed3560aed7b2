import { ApiProperty } from '@nestjs/swagger';
import type { ProviderDefinition } from 'hookwell/handler-kit';
import type { HmacTemplate, SignatureScheme } from 'hookwell/signatures';

const KINDS = ['hmac', 'own', 'fetched-key'] as const;
const ALGORITHMS = ['sha1', 'sha256', 'sha512'] as const;
const ENCODINGS = ['hex', 'base64', 'base64url'] as const;

/** One HMAC, as data. */
export class HmacView {
  @ApiProperty({ enum: ALGORITHMS })
  algorithm!: (typeof ALGORITHMS)[number];

  @ApiProperty({
    description: 'What is signed: text with {id}, {timestamp}, {method}, {url} and {body} in it.',
  })
  signed!: string;

  @ApiProperty({ description: 'Where the signature is; `-*` at its end stands for `-1`, `-2` and so on.' })
  header!: string;

  @ApiProperty({ enum: ENCODINGS })
  encoding!: (typeof ENCODINGS)[number];

  @ApiProperty({
    type: Number,
    nullable: true,
    description:
      'By how much the signed time may be off, both ways; null where any time will do, or none is signed.',
  })
  toleranceSeconds!: number | null;
}

export class SchemeView {
  @ApiProperty({
    enum: KINDS,
    description:
      'hmac: one HMAC with the secret; own: code of its own, with the secret; fetched-key: a public key that the provider publishes.',
  })
  kind!: (typeof KINDS)[number];

  @ApiProperty({ type: HmacView, nullable: true, description: 'Of the kind hmac.' })
  hmac!: HmacView | null;
}

export class ProviderView {
  @ApiProperty({ description: 'What POST /sources calls it.' })
  slug!: string;

  @ApiProperty()
  displayName!: string;

  @ApiProperty({ type: String, nullable: true, format: 'uri', description: 'Its page about webhooks.' })
  documentation!: string | null;

  @ApiProperty({ type: SchemeView, description: 'How it signs.' })
  scheme!: SchemeView;

  @ApiProperty({ description: "What it calls a source's secret." })
  secretName!: string;

  @ApiProperty({ description: 'Bytes; a larger body is answered 413.' })
  bodyLimit!: number;

  @ApiProperty({
    type: Number,
    nullable: true,
    description: 'Milliseconds within which it wants an answer; null where it does not say.',
  })
  answerWithinMs!: number | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'How it tries again; null where it does not say.',
  })
  retries!: string | null;

  @ApiProperty({ description: 'Whether it asks who answers at the address before it sends events there.' })
  hasHandshakes!: boolean;
}

export const PROVIDER: ProviderView = {
  slug: 'linear',
  displayName: 'Linear',
  documentation: 'https://linear.app/developers/webhooks',
  scheme: {
    kind: 'hmac',
    hmac: {
      algorithm: 'sha256',
      signed: '{body}',
      header: 'linear-signature',
      encoding: 'hex',
      toleranceSeconds: 60,
    },
  },
  secretName: 'signing secret',
  bodyLimit: 1_048_576,
  answerWithinMs: 5000,
  retries: '3, after 1 minute, 1 hour and 6 hours',
  hasHandshakes: false,
};

export function providerView(definition: ProviderDefinition): ProviderView {
  const { slug, displayName, documentation, scheme, bodyLimit, delivery, handshakes } = definition;
  return {
    slug,
    displayName,
    documentation,
    scheme: schemeView(scheme),
    secretName: scheme.secretName,
    bodyLimit,
    ...delivery,
    hasHandshakes: handshakes.length > 0,
  };
}

function schemeView(scheme: SignatureScheme): SchemeView {
  if (scheme.keys === 'fetched') return { kind: 'fetched-key', hmac: null };
  return scheme.template ? { kind: 'hmac', hmac: hmacView(scheme.template) } : { kind: 'own', hmac: null };
}

function hmacView({ algorithm = 'sha256', signed, signature, timestamp }: HmacTemplate): HmacView {
  const { header, encoding } = signature;
  return { algorithm, signed, header, encoding, toleranceSeconds: timestamp?.tolerance ?? null };
}
