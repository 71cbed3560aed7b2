import { Controller, Get, Inject, UseGuards } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AdminKeyGuard } from '../../platform/auth/admin-key.guard.js';
import { ApiAnswer } from '../../platform/http/api-answer.js';
import { ADMIN_PROBLEMS, ApiProblems } from '../../platform/http/api-problems.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import { PROVIDER, ProviderView, providerView } from './provider-views.js';

@ApiTags('providers')
@ApiBearerAuth()
@ApiProblems(ADMIN_PROBLEMS)
@Controller('providers')
@UseGuards(AdminKeyGuard)
export class ProvidersController {
  constructor(@Inject(ProviderCatalog) private readonly catalog: ProviderCatalog) {}

  @Get()
  @ApiOperation({
    operationId: 'listProviders',
    summary: 'List the kinds of sender that a source can be of, how they sign and what they expect',
  })
  @ApiAnswer([ProviderView], 'All providers, by slug.', [PROVIDER])
  list(): ProviderView[] {
    return this.catalog.all().map(providerView);
  }
}
