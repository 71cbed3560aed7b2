import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsString, Matches } from 'class-validator';
import { AsSent } from '../../platform/http/as-sent.decorator.js';
import { MayBeMissing } from '../../platform/http/may-be-missing.decorator.js';
import { OWN_PROVIDER } from '../../providers/own-provider-name.js';
import { accessRulesOf, OPEN_ACCESS } from '../domain/access.js';
import type { Custom } from '../domain/own/own-provider.js';
import type { SourceEntity } from '../infrastructure/source.entity.js';
import { AccessView, ChangeAccess, IsAccess } from './access-field.js';
import { CUSTOM, CUSTOM_PROPERTY, customView, IsCustom } from './custom-field.js';
import { IsSecret, SECRET_BYTES } from './secret-field.js';

export const TAKES_ENABLED = 'enabled must be true or false.';

export class CreateSource {
  @ApiProperty({ description: 'Its place in the address: POST /webhooks/{name}.' })
  @Matches(/^[a-z0-9][a-z0-9-]{0,63}$/, {
    message: 'name must be 1 to 64 of a-z, 0-9 and -, and begin with a letter or a digit.',
  })
  name!: string;

  @ApiProperty({
    description: `One of GET /providers, or ${OWN_PROVIDER}:acme say (or ${OWN_PROVIDER} alone) for one that custom describes.`,
  })
  @IsString({ message: 'provider must be the slug of a provider.' })
  provider!: string;

  @ApiProperty({
    required: false,
    description: `1 to ${SECRET_BYTES} bytes. Kept encrypted, never shown again. To be left out where the provider's handshake brings it.`,
  })
  @MayBeMissing()
  @IsSecret()
  secret?: string;

  @ApiPropertyOptional({ type: ChangeAccess })
  @MayBeMissing()
  @AsSent()
  @IsAccess()
  access?: ChangeAccess;

  @ApiPropertyOptional(CUSTOM_PROPERTY)
  @MayBeMissing()
  @AsSent()
  @IsCustom()
  custom?: Custom;
}

export class ChangeSource {
  @ApiPropertyOptional({ description: 'A disabled source answers 404.' })
  @MayBeMissing()
  @IsBoolean({ message: TAKES_ENABLED })
  enabled?: boolean;

  @ApiPropertyOptional({ type: ChangeAccess })
  @MayBeMissing()
  @AsSent()
  @IsAccess()
  access?: ChangeAccess;

  @ApiPropertyOptional(CUSTOM_PROPERTY)
  @MayBeMissing()
  @AsSent()
  @IsCustom()
  custom?: Custom;
}

export class SourceView {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  provider!: string;

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({
    type: AccessView,
    nullable: true,
    description:
      'null where what is stored cannot be read. The sender is answered 503 then, until PATCH has sent all of access.',
  })
  access!: AccessView | null;

  @ApiPropertyOptional(CUSTOM_PROPERTY)
  custom?: Custom;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

export const NEW: CreateSource = {
  name: 'stripe-eu',
  provider: 'stripe',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};
export const OWN_SOURCE: CreateSource = {
  name: 'acme',
  provider: `${OWN_PROVIDER}:acme`,
  secret: 'a shared secret',
  custom: CUSTOM,
};
export const OFF = { enabled: false } satisfies ChangeSource;
export const NARROW = {
  access: { allowedAddresses: ['203.0.113.0/24', '2001:db8::/32'], basicAuth: true },
} satisfies ChangeSource;
export const SOURCE = {
  name: 'stripe-eu',
  provider: 'stripe',
  enabled: true,
  access: { ...OPEN_ACCESS, allowedAddresses: [] },
  createdAt: '2026-01-31T12:00:00.000Z',
} satisfies SourceView;

export function sourceView({ name, provider, enabled, access, custom, createdAt }: SourceEntity): SourceView {
  const rules = accessRulesOf(access);
  return {
    name,
    provider,
    enabled,
    access: rules && { ...rules, allowedAddresses: [...rules.allowedAddresses] },
    ...customView(custom),
    createdAt: createdAt.toISOString(),
  };
}
