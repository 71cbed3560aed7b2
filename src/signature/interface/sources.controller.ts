import {
  Body,
  Controller,
  Get,
  HttpStatus,
  NotFoundException,
  Param,
  Patch,
  Post,
  UseGuards,
  BadRequestException,
  Inject,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsString, Matches } from 'class-validator';
import type { ProviderDefinition } from 'hookwell/handler-kit';
import { secretProblem } from 'hookwell/signatures';
import type { AuditEntry } from '../../audit/domain/audit-entry.js';
import { AdminCommand, Audit } from '../../audit/interface/admin-command.decorator.js';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ADMIN_PROBLEMS, ApiProblems, BODY_PROBLEMS } from '../../platform/http/api-problems.js';
import { MayBeMissing } from '../../platform/http/may-be-missing.decorator.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import { Sources } from '../application/sources.js';
import type { SourceEntity } from '../infrastructure/source.entity.js';
import { IsSecret, SECRET_BYTES, TAKES_SECRET } from './secret-field.js';
import { KEY_REPLACED, noSource, problemWith, sourceExists } from './source-problems.js';

const TAKES_ENABLED = 'enabled must be true or false.';

export class CreateSource {
  @ApiProperty({ description: 'Its place in the address: POST /webhooks/{name}.' })
  @Matches(/^[a-z0-9][a-z0-9-]{0,63}$/, {
    message: 'name must be 1 to 64 of a-z, 0-9 and -, and begin with a letter or a digit.',
  })
  name!: string;

  @ApiProperty()
  @IsString({ message: 'provider must be the slug of a provider.' })
  provider!: string;

  @ApiProperty({
    required: false,
    description: `1 to ${SECRET_BYTES} bytes. Kept encrypted, never shown again. To be left out where the provider's handshake brings it.`,
  })
  @MayBeMissing()
  @IsSecret()
  secret?: string;
}

export class ChangeSource {
  @ApiProperty({ description: 'A disabled source answers 404.' })
  @IsBoolean({ message: TAKES_ENABLED })
  enabled!: boolean;
}

export class SourceView {
  @ApiProperty()
  name!: string;

  @ApiProperty()
  provider!: string;

  @ApiProperty()
  enabled!: boolean;

  @ApiProperty({ format: 'date-time' })
  createdAt!: string;
}

const NEW: CreateSource = {
  name: 'stripe-eu',
  provider: 'stripe',
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
};
const OFF = { enabled: false } satisfies ChangeSource;
export const SOURCE = {
  name: 'stripe-eu',
  provider: 'stripe',
  enabled: true,
  createdAt: '2026-01-31T12:00:00.000Z',
} satisfies SourceView;

@ApiTags('sources')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller('sources')
@UseGuards(AdminKeyGuard)
export class SourcesController {
  constructor(
    @Inject(Sources) private readonly sources: Sources,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
  ) {}

  @Post()
  @AdminCommand('admin', { name: 'source.create', target: 'name', details: ['provider'] })
  @ApiOperation({
    operationId: 'createSource',
    summary: 'Add a sender; its address is /webhooks/{name} within a second',
  })
  @ApiBody({ type: CreateSource, examples: { stripe: { value: NEW } } })
  @ApiAnswer(SourceView, 'The sender, without its secret.', SOURCE, HttpStatus.CREATED)
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [takesProvider(['github', 'shopify', 'standard-webhooks', 'stripe']), BODY_PROBLEMS[400]],
    409: sourceExists(SOURCE.name),
    503: [KEY_REPLACED, ...BODY_PROBLEMS[503]],
  })
  async create(
    @Body() { name, provider, secret }: CreateSource,
    @Audit() entry: AuditEntry,
  ): Promise<SourceView> {
    const definition = this.catalog.find(provider);
    if (!definition) {
      throw new BadRequestException(takesProvider(this.catalog.slugs()));
    }
    const problem = problemOf(secret, definition);
    if (problem !== null) throw new BadRequestException(problem);
    try {
      const source = await this.sources.create(name, provider, secret);
      entry.affected(1);
      return view(source);
    } catch (error) {
      throw problemWith(name, error);
    }
  }

  @Get()
  @ApiOperation({ operationId: 'listSources', summary: 'List the senders, without their secrets' })
  @ApiAnswer([SourceView], 'All senders, by name.', [SOURCE])
  async list(): Promise<SourceView[]> {
    return (await this.sources.list()).map(view);
  }

  @Patch(':name')
  @AdminCommand('admin', { name: 'source.update', target: 'name', details: ['enabled'] })
  @ApiOperation({ operationId: 'changeSource', summary: 'Enable or disable a sender' })
  @ApiParam({ name: 'name', example: SOURCE.name })
  @ApiBody({ type: ChangeSource, examples: { off: { value: OFF } } })
  @ApiAnswer(SourceView, 'The sender as it is now.', { ...SOURCE, ...OFF })
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [TAKES_ENABLED, BODY_PROBLEMS[400]],
    404: noSource(SOURCE.name),
  })
  async change(
    @Param('name') name: string,
    @Body() { enabled }: ChangeSource,
    @Audit() entry: AuditEntry,
  ): Promise<SourceView> {
    const source = await this.sources.setEnabled(name, enabled);
    if (!source) throw new NotFoundException(noSource(name));
    entry.affected(1);
    entry.note({ provider: source.provider });
    return view(source);
  }
}

function takesProvider(slugs: readonly string[]): string {
  return `provider must be one of ${slugs.join(', ')}.`;
}

/** What is wrong with the secret that a source is to begin with; null when it can serve. */
function problemOf(secret: string | undefined, definition: ProviderDefinition): string | null {
  if (secret === undefined) return definition.secretComesWithHandshake ? null : TAKES_SECRET;
  const problem = secretProblem(definition.scheme, secret);
  return problem === null ? null : `secret ${problem}.`;
}

function view({ name, provider, enabled, createdAt }: SourceEntity): SourceView {
  return { name, provider, enabled, createdAt: createdAt.toISOString() };
}
