import { type DynamicModule, Global, Module } from '@nestjs/common';
import { ProviderCatalog } from './provider-catalog.js';
import { definitionsIn, loadProviderFolders } from './provider-folders.js';

/** The definitions and handlers of every provider folder. */
@Global()
@Module({})
export class ProvidersModule {
  /** @throws ConfigurationError where a folder is no provider */
  static async discover(extraFolder: string | undefined): Promise<DynamicModule> {
    const folders = await loadProviderFolders(extraFolder);
    return {
      module: ProvidersModule,
      providers: [
        {
          provide: ProviderCatalog,
          useValue: new ProviderCatalog(definitionsIn(folders)),
        },
        ...folders.flatMap(({ handlers }) => handlers),
      ],
      exports: [ProviderCatalog],
    };
  }
}
