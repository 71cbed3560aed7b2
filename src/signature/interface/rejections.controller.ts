import { Controller, Get, Inject, NotFoundException, Param, Query, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ADMIN_PROBLEMS, ApiProblems } from '../../platform/http/api-problems.js';
import { pageBounds, PageQuery, TAKES_LIMIT } from '../../platform/http/page-query.js';
import { Rejections } from '../application/rejections.js';
import { Sources } from '../application/sources.js';
import { EXAMPLE, RejectionListView, rejectionView } from './rejection-views.js';
import { noSource } from './source-problems.js';
import { SOURCE } from './source-views.js';

@ApiTags('sources')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller('sources/:name/rejections')
@UseGuards(AdminKeyGuard)
export class RejectionsController {
  constructor(
    @Inject(Sources) private readonly sources: Sources,
    @Inject(Rejections) private readonly rejections: Rejections,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'listRejections',
    summary:
      "List the newest of a sender's requests that were refused, newest first, about a second after they came",
  })
  @ApiParam({ name: 'name', example: SOURCE.name })
  @ApiAnswer(RejectionListView, 'A page of refused requests.', EXAMPLE)
  @ApiProblems({ 400: TAKES_LIMIT, 404: noSource(SOURCE.name) })
  async list(@Param('name') name: string, @Query() query: PageQuery): Promise<RejectionListView> {
    if (!this.sources.find(name)) throw new NotFoundException(noSource(name));
    const { items, next } = await this.rejections.list(name, pageBounds(query));
    return { rejections: items.map(rejectionView), nextCursor: next };
  }
}
