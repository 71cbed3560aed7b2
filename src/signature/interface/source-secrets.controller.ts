import {
  Body,
  Controller,
  Delete,
  Get,
  Header,
  HttpCode,
  HttpStatus,
  Inject,
  NotFoundException,
  Param,
  Post,
  UseGuards,
} from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { AuditEntry } from '../../audit/domain/audit-entry.js';
import { AdminCommand, Audit } from '../../audit/interface/admin-command.decorator.js';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { Clock } from '../../platform/clock.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import {
  ADMIN_PROBLEMS,
  ApiProblems,
  BODY_PROBLEMS,
  COMMAND_PROBLEMS,
} from '../../platform/http/api-problems.js';
import { uuidParameter } from '../../platform/http/id-parameter.js';
import { SecretUses } from '../application/secret-uses.js';
import { SourceCommands } from '../application/source-commands.js';
import { Sources } from '../application/sources.js';
import type { SourceEntity } from '../infrastructure/source.entity.js';
import { NO_FREE_AUTHORIZATION } from './access-field.js';
import { TAKES_SECRET } from './secret-field.js';
import {
  ADDED,
  AddSecret,
  OLDER,
  REVEALED,
  RevealedSecretView,
  REVOKED,
  SecretView,
  secretView,
  TAKES_OVERLAP,
  TAKES_PURPOSE,
} from './secret-views.js';
import {
  KEY_REPLACED,
  noProvider,
  noSecret,
  noSource,
  notShown,
  problemWith,
  revealProblem,
  SECRET_UNREADABLE,
  secretExists,
  tooManySecrets,
} from './source-problems.js';

const EXAMPLE_SOURCE = 'stripe-eu';
const NAME = { name: 'name', example: EXAMPLE_SOURCE };
const TAKES_ID = 'id must be the id of a secret, a UUID.';
const NEW = { secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', overlapSeconds: 3600 };
const BASIC = { secret: 'acme:a long password', purpose: 'basic' } as const;

/** What a source's requests are verified with: several at once, so that one can be rotated without losing an event. */
@ApiTags('sources')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller('sources/:name/secrets')
@UseGuards(AdminKeyGuard)
export class SourceSecretsController {
  constructor(
    @Inject(Sources) private readonly sources: Sources,
    @Inject(SourceCommands) private readonly commands: SourceCommands,
    @Inject(SecretUses) private readonly uses: SecretUses,
    @Inject(Clock) private readonly clock: Clock,
  ) {}

  @Post()
  @AdminCommand('admin', { name: 'secret.add', target: 'name', details: ['purpose', 'overlapSeconds'] })
  @ApiOperation({
    operationId: 'addSecret',
    summary: 'Add a secret to a sender; its older ones for the same purpose still count for a while',
    description:
      'Every process takes it within a second, and the one that was asked at once. A value that an active secret has for the same purpose is refused: revoked under the one id, it would go on counting under the other. One that has expired or was revoked may be added again, as a new secret.',
  })
  @ApiParam(NAME)
  @ApiBody({ type: AddSecret, examples: { rotation: { value: NEW }, basic: { value: BASIC } } })
  @ApiAnswer(SecretView, 'The secret, without its value.', ADDED, HttpStatus.CREATED)
  @ApiProblems({
    ...BODY_PROBLEMS,
    400: [TAKES_SECRET, TAKES_PURPOSE, TAKES_OVERLAP, NO_FREE_AUTHORIZATION, BODY_PROBLEMS[400]],
    404: noSource(EXAMPLE_SOURCE),
    409: [secretExists(EXAMPLE_SOURCE, OLDER.id), tooManySecrets(EXAMPLE_SOURCE), noProvider('stripe')],
    503: [KEY_REPLACED, ...BODY_PROBLEMS[503]],
  })
  async add(
    @Param('name') name: string,
    @Body() { secret, purpose, overlapSeconds }: AddSecret,
    @Audit() entry: AuditEntry,
  ): Promise<SecretView> {
    try {
      const added = await this.commands.addSecret(name, purpose, secret, overlapSeconds);
      entry.affected(1);
      entry.note({ purpose, overlapSeconds, secretId: added.id });
      return secretView(added, this.clock.now());
    } catch (error) {
      throw problemWith(name, error);
    }
  }

  @Get()
  @ApiOperation({ operationId: 'listSecrets', summary: 'List the secrets of a sender, without their values' })
  @ApiParam(NAME)
  @ApiAnswer([SecretView], 'All that it has or had, newest first.', [ADDED, OLDER])
  @ApiProblems({ 404: noSource(EXAMPLE_SOURCE) })
  async list(@Param('name') name: string): Promise<SecretView[]> {
    await this.source(name);
    const now = this.clock.now();
    const secrets = await this.sources.secretsOf(name);
    return secrets.map((secret) => secretView(secret, now, this.sources.isUnopened(secret)));
  }

  @Post(':id/reveal')
  @HttpCode(HttpStatus.OK)
  @Header('cache-control', 'no-store')
  @AdminCommand('admin', { name: 'secret.reveal', target: 'name', details: ['id'] })
  @ApiOperation({
    operationId: 'revealSecret',
    summary:
      "Show, once, a secret that the provider has made and that a person has to paste into the provider's page",
    description:
      "Notion's, say. Shown to the first who asks, and until a request has been verified with it. Secrets that an admin gave are never shown.",
  })
  @ApiParam(NAME)
  @ApiParam({ name: 'id', example: ADDED.id })
  @ApiAnswer(RevealedSecretView, 'The secret, with its value.', REVEALED)
  @ApiProblems({
    400: TAKES_ID,
    404: [noSource(EXAMPLE_SOURCE), noSecret(ADDED.id)],
    409: (['NOT_TO_BE_COPIED', 'SHOWN', 'USED', 'EXPIRED'] as const).map((why) => notShown(ADDED.id, why)),
    503: [KEY_REPLACED, SECRET_UNREADABLE, COMMAND_PROBLEMS[503]],
  })
  async reveal(
    @Param('name') name: string,
    @Param('id', uuidParameter(TAKES_ID)) id: string,
    @Audit() entry: AuditEntry,
  ): Promise<RevealedSecretView> {
    await this.source(name);
    await this.uses.writeDownOf(id);
    try {
      const value = await this.commands.revealSecret(name, id);
      entry.affected(1);
      return { id, value };
    } catch (error) {
      throw revealProblem(name, id, error);
    }
  }

  @Delete(':id')
  @AdminCommand('admin', { name: 'secret.revoke', target: 'name', details: ['id'] })
  @ApiOperation({
    operationId: 'revokeSecret',
    summary: 'Revoke a secret of a sender; it counts nowhere any more within a second',
    description: 'Its value is deleted. Without a secret to sign with nothing of the sender verifies.',
  })
  @ApiParam(NAME)
  @ApiParam({ name: 'id', example: OLDER.id })
  @ApiAnswer(SecretView, 'The secret as it is now.', REVOKED)
  @ApiProblems({
    ...COMMAND_PROBLEMS,
    400: TAKES_ID,
    404: [noSource(EXAMPLE_SOURCE), noSecret(OLDER.id)],
  })
  async revoke(
    @Param('name') name: string,
    @Param('id', uuidParameter(TAKES_ID)) id: string,
    @Audit() entry: AuditEntry,
  ): Promise<SecretView> {
    await this.source(name);
    const revoked = await this.commands.revokeSecret(name, id);
    if (!revoked) throw new NotFoundException(noSecret(id));
    entry.affected(1);
    entry.note({ purpose: revoked.purpose });
    return secretView(revoked, this.clock.now());
  }

  private async source(name: string): Promise<SourceEntity> {
    const source = await this.sources.stored(name);
    if (!source) throw new NotFoundException(noSource(name));
    return source;
  }
}
