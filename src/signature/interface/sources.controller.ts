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
import { isOwnProvider } from '../../providers/own-provider-name.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import { APP_CONFIG, type AppConfig } from '../../platform/config/config.js';
import { SourceCommands } from '../application/source-commands.js';
import { Sources } from '../application/sources.js';
import { signsInAuthorization } from '../domain/authorization-header.js';
import { type Custom, ownProvider } from '../domain/own/own-provider.js';
import { type ChangeAccess, NO_FREE_AUTHORIZATION, TAKES_ACCESS } from './access-field.js';
import {
  CUSTOM,
  CUSTOM_IS_MISSING,
  CUSTOM_IS_TOO_MUCH,
  customOf,
  losesSecrets,
  mismatch,
  OWN,
  readsCertificate,
  TAKES_CUSTOM,
} from './custom-field.js';
import { TAKES_SECRET } from './secret-field.js';
import { KEY_REPLACED, noSource, problemWith, sourceExists, unreadableRules } from './source-problems.js';
import {
  ChangeSource,
  CreateSource,
  NARROW,
  NEW,
  OFF,
  OWN_SOURCE,
  SOURCE,
  SourceView,
  sourceView,
  TAKES_ENABLED,
} from './source-views.js';

const EXAMPLE_SECRET = '0198c2a4-7d31-7cc3-9f0e-6b1c2d3e4f50';
const TAKES_CHANGE = 'Send enabled, access or custom, or several of them.';
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
    @Inject(SourceCommands) private readonly commands: SourceCommands,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
    @Inject(APP_CONFIG) private readonly config: Pick<AppConfig, 'CLIENT_CERTIFICATE_HEADER'>,
  ) {}

  @Post()
  @AdminCommand('admin', { name: 'source.create', target: 'name', details: ['provider', 'access', 'custom'] })
  @ApiOperation({
    operationId: 'createSource',
    summary: 'Add a sender; its address is /webhooks/{name} within a second',
  })
  @ApiBody({ type: CreateSource, examples: { stripe: { value: NEW }, own: { value: OWN_SOURCE } } })
  @ApiAnswer(SourceView, 'The sender, without its secret.', SOURCE, HttpStatus.CREATED)
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [
      takesProvider(['github', 'shopify', 'standard-webhooks', 'stripe']),
      TAKES_ACCESS,
      TAKES_CUSTOM,
      CUSTOM_IS_MISSING,
      CUSTOM_IS_TOO_MUCH,
      NO_CERTIFICATE_HEADER,
      NO_FREE_AUTHORIZATION,
      BODY_PROBLEMS[400],
    ],
    409: sourceExists(SOURCE.name),
    503: [KEY_REPLACED, ...BODY_PROBLEMS[503]],
  })
  async create(
    @Body() { name, provider, secret, access, custom: described }: CreateSource,
    @Audit() entry: AuditEntry,
  ): Promise<SourceView> {
    const custom = customOf(described);
    const definition = this.definitionOf(provider, custom);
    const problem = problemOf(secret, definition);
    if (problem !== null) throw new BadRequestException(problem);
    this.checkCertificateHeader(access, custom);
    if (
      access?.basicAuth === true &&
      signsInAuthorization(definition.scheme, secret === undefined ? [] : [secret])
    ) {
      throw new BadRequestException(NO_FREE_AUTHORIZATION);
    }
    try {
      const source = await this.commands.create(name, provider, secret, { access, custom });
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
  @AdminCommand('admin', { name: 'source.update', target: 'name', details: ['enabled', 'access', 'custom'] })
  @ApiOperation({
    operationId: 'changeSource',
    summary:
      'Enable or disable a sender, change what it asks for beside the signature, or what its own provider is',
    description: 'What is left out stays as it is. Every process heeds it within a second.',
  })
  @ApiParam({ name: 'name', example: SOURCE.name })
  @ApiBody({
    type: ChangeSource,
    examples: { off: { value: OFF }, narrow: { value: NARROW }, own: { value: { custom: CUSTOM } } },
  })
  @ApiAnswer(SourceView, 'The sender as it is now.', { ...SOURCE, ...OFF })
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [
      TAKES_CHANGE,
      TAKES_ENABLED,
      TAKES_ACCESS,
      TAKES_CUSTOM,
      CUSTOM_IS_TOO_MUCH,
      losesSecrets([EXAMPLE_SECRET]),
      NO_CERTIFICATE_HEADER,
      NO_FREE_AUTHORIZATION,
      BODY_PROBLEMS[400],
    ],
    404: noSource(SOURCE.name),
    409: unreadableRules(SOURCE.name),
  })
  async change(
    @Param('name') name: string,
    @Body() { enabled, access, custom: described }: ChangeSource,
    @Audit() entry: AuditEntry,
  ): Promise<SourceView> {
    const change = { enabled, access, custom: customOf(described) };
    if (Object.values(change).every((field) => field === undefined)) {
      throw new BadRequestException(TAKES_CHANGE);
    }
    this.checkCertificateHeader(access, change.custom);
    if (change.custom) await this.checkIsOwn(name);
    const source = await this.commands.change(name, change).catch((error: unknown) => {
      throw problemWith(name, error);
    });
    if (!source) throw new NotFoundException(noSource(name));
    entry.affected(1);
    entry.note({ provider: source.provider });
    return sourceView(source);
  }

  private definitionOf(provider: string, custom: Custom | undefined): ProviderDefinition {
    if (custom && isOwnProvider(provider)) return ownProvider(provider, custom);
    const problem = mismatch(provider, custom);
    if (problem !== null) throw new BadRequestException(problem);
    const definition = this.catalog.find(provider);
    if (!definition) throw new BadRequestException(takesProvider(this.catalog.slugs()));
    return definition;
  }

  /** Its provider never changes, so what is found here holds when the change is written. */
  private async checkIsOwn(name: string): Promise<void> {
    const source = await this.sources.stored(name);
    if (!source) throw new NotFoundException(noSource(name));
    if (!isOwnProvider(source.provider)) throw new BadRequestException(CUSTOM_IS_TOO_MUCH);
  }

  private checkCertificateHeader(access: ChangeAccess | undefined, custom: Custom | undefined): void {
    const header = this.config.CLIENT_CERTIFICATE_HEADER;
    if (typeof access?.clientCertificate === 'string' && header === undefined) {
      throw new BadRequestException(NO_CERTIFICATE_HEADER);
    }
    const problem = custom ? readsCertificate(custom, header) : null;
    if (problem !== null) throw new BadRequestException(problem);
  }
}

function takesProvider(slugs: readonly string[]): string {
  return `provider must be one of ${slugs.join(', ')}; ${OWN} for one that custom describes.`;
}

/** What is wrong with the secret that a source is to begin with; null when it can serve. */
function problemOf(secret: string | undefined, definition: ProviderDefinition): string | null {
  if (secret === undefined) return definition.secretComesWithHandshake ? null : TAKES_SECRET;
  const problem = secretProblem(definition.scheme, secret);
  return problem === null ? null : `secret ${problem}.`;
}
