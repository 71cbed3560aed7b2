import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { HandlerRegistry } from '../../processing/application/handlers/handler-registry.js';
import type { GateKind } from '../../processing/domain/gate.js';
import { ProviderCatalog } from '../../providers/provider-catalog.js';
import { SourceEntity } from '../../signature/infrastructure/source.entity.js';

/** Knows what there is to be paused and limited. Every process has the provider folders, and with them the handlers' names. */
@Injectable()
export class GateNames {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(ProviderCatalog) private readonly catalog: ProviderCatalog,
    @Inject(HandlerRegistry) private readonly registry: HandlerRegistry,
  ) {}

  exists(kind: GateKind, name: string): Promise<boolean> {
    switch (kind) {
      case 'source':
        return this.dataSource.getRepository(SourceEntity).existsBy({ name });
      case 'provider':
        return this.hasProvider(name);
      case 'handler':
        return Promise.resolve(this.registry.find(name) !== undefined);
      default:
        return kind satisfies never;
    }
  }

  /** What there is of a kind, or where to find it. */
  hint(kind: GateKind): string {
    switch (kind) {
      case 'source':
        return 'GET /sources lists those that there are';
      case 'provider':
        return 'GET /providers lists those with a folder, GET /sources has those of your own';
      case 'handler':
        return `there are ${this.registry.names().join(', ')}`;
      default:
        return kind satisfies never;
    }
  }

  /** Any own name could be a provider, so one is taken for it that a source or a handler has: else a misspelled one would pause nothing. */
  private async hasProvider(name: string): Promise<boolean> {
    if (this.catalog.find(name)) return true;
    if (this.registry.all().some(({ provider }) => provider === name)) return true;
    return this.dataSource.getRepository(SourceEntity).existsBy({ provider: name });
  }
}
