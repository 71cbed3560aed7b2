import { isUtf8 } from 'node:buffer';
import { StringDecoder } from 'node:string_decoder';
import { ApiProperty } from '@nestjs/swagger';
import { REJECTION_REASONS, type RejectionReason } from 'hookwell/signatures';
import { ACCESS_RULES, type AccessRules } from '../domain/access.js';
import { HIDDEN, type Trial } from '../domain/trial.js';

/** More of what is signed is not shown. */
const MOST_SHOWN = 65_536;

export class ReadHeaderView {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  value!: string;
}

export class SignedBytesView {
  @ApiProperty({ type: String, nullable: true, description: 'As text; null where it is no UTF-8.' })
  text!: string | null;

  @ApiProperty({ format: 'byte' })
  base64!: string;

  @ApiProperty({ description: `How many bytes are signed. The first ${MOST_SHOWN} are shown.` })
  length!: number;
}

export class ExpectedSignatureView {
  @ApiProperty({ format: 'uuid' })
  secretId!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description:
      'How the signature by this secret begins; null where it gives none, or none that can be shown.',
  })
  begins!: string | null;
}

export class TriedEventView {
  @ApiProperty({ type: String, nullable: true, description: "null: the body's SHA-256 takes its place." })
  id!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'null: it is stored as unknown.' })
  type!: string | null;

  @ApiProperty({ type: String, nullable: true })
  orderingKey!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  occurredAt!: string | null;
}

export class TrialView {
  @ApiProperty({ description: 'Whether the signature holds.' })
  valid!: boolean;

  @ApiProperty({
    enum: ACCESS_RULES,
    isArray: true,
    description:
      "What of the source's access asks for something beside the signature, and was not looked at: who sends a request cannot be captured. Requests are refused that do not keep it, also where valid is true.",
  })
  accessRulesNotChecked!: (keyof AccessRules)[];

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uuid',
    description: 'The secret that it holds with.',
  })
  secretId!: string | null;

  @ApiProperty({ enum: [...REJECTION_REASONS, null], nullable: true, description: 'Why it does not hold.' })
  reason!: RejectionReason | null;

  @ApiProperty({ type: String, nullable: true })
  detail!: string | null;

  @ApiProperty({ type: [ReadHeaderView], description: 'The headers that the scheme has read, in order.' })
  headers!: ReadHeaderView[];

  @ApiProperty({
    type: SignedBytesView,
    nullable: true,
    description: `What is signed; null where the request does not get that far. ${HIDDEN} stands for a secret, here and elsewhere.`,
  })
  signed!: SignedBytesView | null;

  @ApiProperty({ type: [ExpectedSignatureView], description: 'By each secret that counts now.' })
  expected!: ExpectedSignatureView[];

  @ApiProperty({
    type: TriedEventView,
    description:
      'What is read of the event, as it would be stored: cut to its columns. Whether or not the signature holds.',
  })
  event!: TriedEventView;
}

export function trialView({
  accessRulesNotChecked,
  headers,
  signed,
  expected,
  event,
  ...verdict
}: Trial): TrialView {
  return {
    ...verdict,
    accessRulesNotChecked: [...accessRulesNotChecked],
    headers: [...headers],
    signed: signed && signedView(signed),
    expected: [...expected],
    event: { ...event, occurredAt: event.occurredAt?.toISOString() ?? null },
  };
}

function signedView(bytes: Buffer): SignedBytesView {
  const shown = bytes.subarray(0, MOST_SHOWN);
  // The decoder keeps back a character that is cut in two.
  const text = isUtf8(bytes) ? new StringDecoder('utf8').write(shown) : null;
  return { text, base64: shown.toString('base64'), length: bytes.length };
}
