import { ApiProperty } from '@nestjs/swagger';
import type { SourceRejectionEntity } from '../infrastructure/source-rejection.entity.js';

const ID = { format: 'uuid' };
const EXAMPLE_ID = '0198c2a4-9a17-7b22-8c4d-1e2f3a4b5c6d';

/** A request to a source that was refused. */
export class RejectionView {
  @ApiProperty(ID)
  id!: string;

  @ApiProperty({ type: String, format: 'date-time' })
  time!: Date;

  @ApiProperty({ description: 'As hookwell_rejected_total counts it.' })
  reason!: string;

  @ApiProperty({ description: 'At most 255 characters.' })
  detail!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Of the nearest that is no trusted proxy; null where it is not known.',
  })
  remoteAddress!: string | null;

  @ApiProperty({
    type: [String],
    description:
      'In lower case, each once, the first 50 of at most 64 characters; … stands for what is left out.',
  })
  headerNames!: string[];

  @ApiProperty({
    type: Number,
    nullable: true,
    description:
      'Bytes of the body, or what was announced where it was not read; null where neither is known.',
  })
  size!: number | null;
}

export class RejectionListView {
  @ApiProperty({ type: [RejectionView] })
  rejections!: RejectionView[];

  @ApiProperty({
    ...ID,
    type: String,
    nullable: true,
    description: 'Send it as cursor for the next page; null on the last.',
  })
  nextCursor!: string | null;
}

export const EXAMPLE: RejectionListView = {
  rejections: [
    {
      id: EXAMPLE_ID,
      time: new Date('2026-01-31T12:05:00.000Z'),
      reason: 'stale_timestamp',
      detail: 'signed 412 s ago',
      remoteAddress: '203.0.113.7',
      headerNames: ['host', 'content-type', 'stripe-signature', 'content-length'],
      size: 1824,
    },
  ],
  nextCursor: EXAMPLE_ID,
};

export function rejectionView(entity: SourceRejectionEntity): RejectionView {
  const { id, at, reason, detail, remoteAddress, headerNames, size } = entity;
  return {
    id,
    time: at,
    reason,
    detail,
    remoteAddress,
    headerNames: JSON.parse(headerNames) as string[],
    size,
  };
}
