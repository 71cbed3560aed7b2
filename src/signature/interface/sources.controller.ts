import {
  Body,
  ConflictException,
  Controller,
  Get,
  NotFoundException,
  Param,
  Patch,
  Post,
  UseGuards,
  BadRequestException,
  Inject,
} from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiProperty,
  ApiTags,
} from '@nestjs/swagger';
import { IsBoolean, IsString, Matches, ValidateBy } from 'class-validator';
import { secretProblem } from 'hookwell/signatures';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiProblems, UNAUTHORIZED } from '../../platform/http/api-problems.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import { SourceExistsError, Sources } from '../application/sources.js';
import type { SourceEntity } from '../infrastructure/source.entity.js';

/** Not characters: encrypted, a secret takes room by its bytes, up to 704 characters of the column's. */
const SECRET_BYTES = 500;
const SECRET_TAKES = `secret must be a text of 1 to ${SECRET_BYTES} bytes`;

export class CreateSource {
  @ApiProperty({ example: 'stripe-eu', description: 'Its place in the address: POST /webhooks/{name}.' })
  @Matches(/^[a-z0-9][a-z0-9-]{0,63}$/, {
    message: 'name must be 1 to 64 of a-z, 0-9 and -, and not begin with -',
  })
  name!: string;

  @ApiProperty({ example: 'stripe' })
  @IsString({ message: 'provider must be the slug of a provider' })
  provider!: string;

  @ApiProperty({
    example: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    description: `1 to ${SECRET_BYTES} bytes. Kept encrypted, never shown again.`,
  })
  @ValidateBy({
    name: 'isSecret',
    validator: { validate: fitsItsColumn, defaultMessage: () => SECRET_TAKES },
  })
  secret!: string;
}

export class ChangeSource {
  @ApiProperty({ example: false, description: 'A disabled source answers 404.' })
  @IsBoolean({ message: 'enabled must be true or false' })
  enabled!: boolean;
}

export class SourceView {
  @ApiProperty({ example: 'stripe-eu' })
  name!: string;

  @ApiProperty({ example: 'stripe' })
  provider!: string;

  @ApiProperty({ example: true })
  enabled!: boolean;

  @ApiProperty({ format: 'date-time', example: '2026-01-31T12:00:00.000Z' })
  createdAt!: string;
}

@ApiTags('sources')
@ApiBearerAuth()
@Controller('sources')
@UseGuards(AdminKeyGuard)
export class SourcesController {
  constructor(
    @Inject(Sources) private readonly sources: Sources,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
  ) {}

  @Post()
  @ApiOperation({
    operationId: 'createSource',
    summary: 'Add a sender; its address is /webhooks/{name} within a second',
  })
  @ApiCreatedResponse({ type: SourceView })
  @ApiProblems({
    400: 'provider must be one of github, shopify, standard-webhooks, stripe',
    ...UNAUTHORIZED,
    409: 'there is a source named stripe-eu already',
  })
  async create(@Body() { name, provider, secret }: CreateSource): Promise<SourceView> {
    const definition = this.catalog.find(provider);
    if (!definition) {
      throw new BadRequestException(`provider must be one of ${this.catalog.slugs().join(', ')}`);
    }
    const problem = secretProblem(definition.scheme, secret);
    if (problem !== null) throw new BadRequestException(`secret ${problem}`);
    try {
      return view(await this.sources.create(name, provider, secret));
    } catch (error) {
      if (error instanceof SourceExistsError) throw new ConflictException(error.message);
      throw error;
    }
  }

  @Get()
  @ApiOperation({ operationId: 'listSources', summary: 'List the senders, without their secrets' })
  @ApiOkResponse({ type: [SourceView] })
  @ApiProblems(UNAUTHORIZED)
  async list(): Promise<SourceView[]> {
    return (await this.sources.list()).map(view);
  }

  @Patch(':name')
  @ApiOperation({ operationId: 'changeSource', summary: 'Enable or disable a sender' })
  @ApiParam({ name: 'name', example: 'stripe-eu' })
  @ApiOkResponse({ type: SourceView })
  @ApiProblems({
    400: 'enabled must be true or false',
    ...UNAUTHORIZED,
    404: 'there is no source named stripe-eu',
  })
  async change(@Param('name') name: string, @Body() { enabled }: ChangeSource): Promise<SourceView> {
    const source = await this.sources.setEnabled(name, enabled);
    if (!source) throw new NotFoundException(`there is no source named ${name}`);
    return view(source);
  }
}

function fitsItsColumn(secret: unknown): boolean {
  return typeof secret === 'string' && secret !== '' && Buffer.byteLength(secret) <= SECRET_BYTES;
}

function view({ name, provider, enabled, createdAt }: SourceEntity): SourceView {
  return { name, provider, enabled, createdAt: createdAt.toISOString() };
}
