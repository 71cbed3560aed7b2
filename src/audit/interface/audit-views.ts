import { ApiProperty } from '@nestjs/swagger';
import { AUDIT_OUTCOMES, type AuditDetails, type AuditOutcome } from '../domain/audit-entry.js';
import type { AuditLogEntity } from '../infrastructure/audit-log.entity.js';

const ID = { format: 'uuid' };
const EXAMPLE_ID = '0198c2a4-8f02-7a51-b3c6-0d9e8f7a6b5c';

/** One admin command. */
export class AuditEntryView {
  @ApiProperty(ID)
  id!: string;

  @ApiProperty({ type: String, format: 'date-time', description: 'When it was given.' })
  at!: Date;

  @ApiProperty({ description: 'Whose key: its name, or key- and the beginning of its hash.' })
  keyId!: string;

  @ApiProperty()
  command!: string;

  @ApiProperty({ type: String, nullable: true, description: 'What it was done to.' })
  target!: string | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Its parameters, without secrets.',
  })
  details!: AuditDetails;

  @ApiProperty({
    enum: AUDIT_OUTCOMES,
    description: 'PENDING where it is under way, or nobody could write down how it ended.',
  })
  outcome!: AuditOutcome;

  @ApiProperty({ type: Number, nullable: true, description: 'How many things it was done to.' })
  affected!: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was REFUSED or has FAILED.' })
  error!: string | null;
}

export class AuditListView {
  @ApiProperty({ type: [AuditEntryView] })
  entries!: AuditEntryView[];

  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'Send it as cursor for the next page; null on the last.',
  })
  nextCursor!: string | null;
}

export const EXAMPLE: AuditListView = {
  entries: [
    {
      id: EXAMPLE_ID,
      at: new Date('2026-01-31T12:05:00.000Z'),
      keyId: 'alice',
      command: 'source.update',
      target: 'stripe-eu',
      details: { enabled: false, provider: 'stripe' },
      outcome: 'DONE',
      affected: 1,
      error: null,
    },
  ],
  nextCursor: EXAMPLE_ID,
};

export function entryView(entity: AuditLogEntity): AuditEntryView {
  const { id, at, keyId, command, target, details, outcome, affected, error } = entity;
  return {
    id,
    at,
    keyId,
    command,
    target,
    details: JSON.parse(details) as AuditDetails,
    outcome,
    affected,
    error,
  };
}
