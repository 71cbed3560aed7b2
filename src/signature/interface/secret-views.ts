import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, Max, Min } from 'class-validator';
import { MayBeMissing } from '../../platform/http/may-be-missing.decorator.js';
import { isRevealable, SECRET_PURPOSES, type SecretPurpose } from '../domain/source-secret.js';
import type { SourceSecretEntity } from '../infrastructure/source-secret.entity.js';
import { IsSecret, SECRET_BYTES } from './secret-field.js';

/** A day, in which a provider's or a team's other places take the new secret up. */
const OVERLAP_SECONDS = 24 * 3600;
const MOST_OVERLAP_SECONDS = 30 * OVERLAP_SECONDS;
export const TAKES_PURPOSE = `purpose must be one of ${SECRET_PURPOSES.join(', ')}.`;
export const TAKES_OVERLAP = `overlapSeconds must be a whole number from 0 to ${MOST_OVERLAP_SECONDS}.`;

const TIME = { type: String, format: 'date-time' };

export class AddSecret {
  @ApiProperty({ description: `1 to ${SECRET_BYTES} bytes. Kept encrypted, never shown again.` })
  @IsSecret()
  secret!: string;

  @ApiProperty({
    enum: SECRET_PURPOSES,
    required: false,
    default: 'signature',
    description:
      "What the provider signs with; what is agreed for handshakes alone, Meta's verify token say; or the user:password of a basic authorization header.",
  })
  @MayBeMissing()
  @IsIn(SECRET_PURPOSES, { message: TAKES_PURPOSE })
  purpose: SecretPurpose = 'signature';

  @ApiProperty({
    type: 'integer',
    minimum: 0,
    maximum: MOST_OVERLAP_SECONDS,
    required: false,
    default: OVERLAP_SECONDS,
    description: 'How long the older secrets for the same purpose still count; 0: not any more.',
  })
  @MayBeMissing()
  @IsInt({ message: TAKES_OVERLAP })
  @Min(0, { message: TAKES_OVERLAP })
  @Max(MOST_OVERLAP_SECONDS, { message: TAKES_OVERLAP })
  overlapSeconds: number = OVERLAP_SECONDS;
}

/** A secret without its value. */
export class SecretView {
  @ApiProperty({ format: 'uuid', description: 'An event has it as secretId.' })
  id!: string;

  @ApiProperty({ enum: SECRET_PURPOSES })
  purpose!: SecretPurpose;

  @ApiProperty(TIME)
  createdAt!: Date;

  @ApiProperty({
    ...TIME,
    nullable: true,
    description: 'When it has last verified something, to about a minute.',
  })
  lastUsedAt!: Date | null;

  @ApiProperty({ ...TIME, nullable: true, description: 'From then on it does not count.' })
  expiresAt!: Date | null;

  @ApiProperty({ ...TIME, nullable: true, description: 'Since when it does not count, and is not kept.' })
  revokedAt!: Date | null;

  @ApiProperty({
    description:
      "Whether it waits for a person to copy it into the provider's page: POST /sources/{name}/secrets/{id}/reveal shows its value, once.",
  })
  revealable!: boolean;

  @ApiProperty({
    description:
      'Whether it counts and does not decrypt with SECRETS_KEY. What the others do not verify is answered 503 then, until it is revoked or its key is back.',
  })
  unreadable!: boolean;
}

/** A secret that a person has to copy, shown once. */
export class RevealedSecretView {
  @ApiProperty({ format: 'uuid' })
  id!: string;

  @ApiProperty({ description: "What is to be pasted into the provider's page. It is not shown again." })
  value!: string;
}

export const ADDED = {
  id: '0198c2a0-1b22-7d44-8a66-9c8d7e6f5a4b',
  purpose: 'signature',
  createdAt: new Date('2026-01-31T12:00:00.000Z'),
  lastUsedAt: null,
  expiresAt: null,
  revokedAt: null,
  revealable: false,
  unreadable: false,
} satisfies SecretView;

export const OLDER = {
  ...ADDED,
  id: '0198a1b2-3c4d-7e5f-8a9b-0c1d2e3f4a5b',
  createdAt: new Date('2025-07-31T12:00:00.000Z'),
  lastUsedAt: new Date('2026-01-31T11:59:30.000Z'),
  expiresAt: new Date('2026-02-01T12:00:00.000Z'),
} satisfies SecretView;

export const REVOKED = { ...OLDER, revokedAt: ADDED.createdAt } satisfies SecretView;

export const REVEALED = {
  id: ADDED.id,
  value: 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl',
} satisfies RevealedSecretView;

export function secretView(secret: SourceSecretEntity, now: Date, unreadable = false): SecretView {
  const { id, purpose, createdAt, lastUsedAt, expiresAt, revokedAt } = secret;
  const revealable = isRevealable(secret, now);
  return { id, purpose, createdAt, lastUsedAt, expiresAt, revokedAt, revealable, unreadable };
}
