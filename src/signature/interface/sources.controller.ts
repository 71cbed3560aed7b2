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
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { ProviderDefinition } from 'hookwell/handler-kit';
import { secretProblem } from 'hookwell/signatures';
import type { AuditEntry } from '../../audit/domain/audit-entry.js';
import { AdminCommand, Audit } from '../../audit/interface/admin-command.decorator.js';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ADMIN_PROBLEMS, ApiProblems, BODY_PROBLEMS } from '../../platform/http/api-problems.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { Sources } from '../application/sources.js';
import { type ChangeAccess, TAKES_ACCESS } from './access-field.js';
import { TAKES_SECRET } from './secret-field.js';
import { KEY_REPLACED, noSource, problemWith, sourceExists } from './source-problems.js';
import {
  ChangeSource,
  CreateSource,
  NARROW,
  NEW,
  OFF,
  SOURCE,
  SourceView,
  sourceView,
  TAKES_ENABLED,
} from './source-views.js';

const TAKES_CHANGE = 'Send enabled, access or both.';
const NO_CERTIFICATE_HEADER =
  'access.clientCertificate needs CLIENT_CERTIFICATE_HEADER and TRUSTED_PROXIES, or nothing could be let through; set them first.';

@ApiTags('sources')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller('sources')
@UseGuards(AdminKeyGuard)
export class SourcesController {
  constructor(
    @Inject(Sources) private readonly sources: Sources,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'CLIENT_CERTIFICATE_HEADER'>,
  ) {}

  @Post()
  @AdminCommand('admin', { name: 'source.create', target: 'name', details: ['provider', 'access'] })
  @ApiOperation({
    operationId: 'createSource',
    summary: 'Add a sender; its address is /webhooks/{name} within a second',
  })
  @ApiBody({ type: CreateSource, examples: { stripe: { value: NEW } } })
  @ApiAnswer(SourceView, 'The sender, without its secret.', SOURCE, HttpStatus.CREATED)
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [
      takesProvider(['github', 'shopify', 'standard-webhooks', 'stripe']),
      TAKES_ACCESS,
      NO_CERTIFICATE_HEADER,
      BODY_PROBLEMS[400],
    ],
    409: sourceExists(SOURCE.name),
    503: [KEY_REPLACED, ...BODY_PROBLEMS[503]],
  })
  async create(
    @Body() { name, provider, secret, access }: CreateSource,
    @Audit() entry: AuditEntry,
  ): Promise<SourceView> {
    const definition = this.catalog.find(provider);
    if (!definition) {
      throw new BadRequestException(takesProvider(this.catalog.slugs()));
    }
    const problem = problemOf(secret, definition);
    if (problem !== null) throw new BadRequestException(problem);
    this.checkCertificateHeader(access);
    try {
      const source = await this.sources.create(name, provider, secret, access);
      entry.affected(1);
      return sourceView(source);
    } catch (error) {
      throw problemWith(name, error);
    }
  }

  @Get()
  @ApiOperation({ operationId: 'listSources', summary: 'List the senders, without their secrets' })
  @ApiAnswer([SourceView], 'All senders, by name.', [SOURCE])
  async list(): Promise<SourceView[]> {
    return (await this.sources.list()).map(sourceView);
  }

  @Patch(':name')
  @AdminCommand('admin', { name: 'source.update', target: 'name', details: ['enabled', 'access'] })
  @ApiOperation({
    operationId: 'changeSource',
    summary: 'Enable or disable a sender, or change what it asks for beside the signature',
    description: 'What is left out stays as it is. Every process heeds it within a second.',
  })
  @ApiParam({ name: 'name', example: SOURCE.name })
  @ApiBody({ type: ChangeSource, examples: { off: { value: OFF }, narrow: { value: NARROW } } })
  @ApiAnswer(SourceView, 'The sender as it is now.', { ...SOURCE, ...OFF })
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [TAKES_CHANGE, TAKES_ENABLED, TAKES_ACCESS, NO_CERTIFICATE_HEADER, BODY_PROBLEMS[400]],
    404: noSource(SOURCE.name),
  })
  async change(
    @Param('name') name: string,
    @Body() { enabled, access }: ChangeSource,
    @Audit() entry: AuditEntry,
  ): Promise<SourceView> {
    if (enabled === undefined && access === undefined) throw new BadRequestException(TAKES_CHANGE);
    this.checkCertificateHeader(access);
    const source = await this.sources.change(name, { enabled, access });
    if (!source) throw new NotFoundException(noSource(name));
    entry.affected(1);
    entry.note({ provider: source.provider });
    return sourceView(source);
  }

  private checkCertificateHeader(access: ChangeAccess | undefined): void {
    if (typeof access?.clientCertificate !== 'string') return;
    if (this.config.CLIENT_CERTIFICATE_HEADER === undefined)
      throw new BadRequestException(NO_CERTIFICATE_HEADER);
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
