import { Controller, Get, Inject, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional, Length } from 'class-validator';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { NeedsRole } from '../../platform/auth/needs-role.decorator.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ADMIN_PROBLEMS, ApiProblems } from '../../platform/http/api-problems.js';
import { pageBounds, PageQuery, TAKES_LIMIT } from '../../platform/http/page-query.js';
import { AuditLog } from '../application/audit-log.js';
import { AuditListView, entryView, EXAMPLE } from './audit-views.js';

export class ListAudit extends PageQuery {
  @ApiPropertyOptional({ example: 'alice' })
  @IsOptional()
  @Length(1, 32, { message: "keyId must be a key's id, 1 to 32 characters." })
  keyId?: string;

  @ApiPropertyOptional({ example: 'source.update' })
  @IsOptional()
  @Length(1, 64, { message: 'command must be the name of a command, 1 to 64 characters.' })
  command?: string;
}

@ApiTags('audit')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller('audit')
@UseGuards(AdminKeyGuard)
export class AuditController {
  constructor(@Inject(AuditLog) private readonly log: AuditLog) {}

  @Get()
  @NeedsRole('operator')
  @ApiOperation({ operationId: 'listAudit', summary: 'List admin commands, newest first' })
  @ApiAnswer(AuditListView, 'A page of commands.', EXAMPLE)
  @ApiProblems({ 400: TAKES_LIMIT })
  async list(@Query() query: ListAudit): Promise<AuditListView> {
    const { keyId, command } = query;
    const { items, next } = await this.log.list({ keyId, command, ...pageBounds(query) });
    return { entries: items.map(entryView), nextCursor: next };
  }
}
