import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ProviderCatalog } from './provider-catalog.js';
import { loadProviderFolders } from './provider-folders.js';

/** The definitions and handlers of every provider folder. */
@Global()
@Module({})
export class ProvidersModule {
  /** @throws ConfigurationError where a folder is no provider */
  static async discover(extraFolder: string | undefined): Promise<DynamicModule> {
    const providers = await loadProviderFolders(extraFolder);
    return {
      module: ProvidersModule,
      providers: [
        {
          provide: ProviderCatalog,
          useValue: new ProviderCatalog(providers.map(({ definition }) => definition)),
        },
        ...providers.flatMap(({ handlers }) => handlers),
      ],
      exports: [ProviderCatalog],
    };
  }
}
