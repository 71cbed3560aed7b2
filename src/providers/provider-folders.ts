import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Type } from '@nestjs/common';
import type { ProviderDefinition } from 'hookwell/handler-kit';
import { ConfigurationError } from '../platform/config/config.js';
import { isOwnProvider } from './own-provider-name.js';

/** What `<folder>/provider.js` exports. */
export interface ProviderFolder {
  /** Left out where its handlers are for own providers, which are described with their sources. */
  readonly definition?: ProviderDefinition;
  readonly handlers: readonly Type[];
}

const BUILT_IN = fileURLToPath(new URL('.', import.meta.url));

/**
 * Loads every folder beside this file and below the extra folder; each is a provider, and nothing else knows its name.
 * @throws ConfigurationError that says which folder is wrong and how to mend it
 */
export async function loadProviderFolders(extraFolder: string | undefined): Promise<ProviderFolder[]> {
  const parents = [BUILT_IN, ...(extraFolder === undefined ? [] : [extraFolder])];
  const folders = (await Promise.all(parents.map(providerFolders))).flat();
  const providers = await Promise.all(folders.map(loadFolder));
  const slugs = definitionsIn(providers).map(({ slug }) => slug);
  const twice = slugs.find((slug, index) => slugs.indexOf(slug) !== index);
  if (twice !== undefined)
    throw new ConfigurationError(`two provider folders are named ${twice}; rename one`);
  return providers;
}

/** The providers that folders define. */
export function definitionsIn(folders: readonly ProviderFolder[]): ProviderDefinition[] {
  return folders.flatMap(({ definition }) => definition ?? []);
}

async function providerFolders(parent: string): Promise<{ parent: string; slug: string }[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch(() => {
    throw new ConfigurationError(`PROVIDERS_DIR names a folder that cannot be read: ${parent}`);
  });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => ({ parent, slug: name }));
}

async function loadFolder({ parent, slug }: { parent: string; slug: string }): Promise<ProviderFolder> {
  const file = ['provider.js', 'provider.ts'].map((name) => join(parent, slug, name)).find(existsSync);
  if (file === undefined) {
    throw new ConfigurationError(
      `provider folder ${slug} has no provider.ts; export definition and handlers from it`,
    );
  }
  if (isOwnProvider(slug)) {
    throw new ConfigurationError(
      `provider folder ${slug} has the name of a provider by configuration; rename it`,
    );
  }
  const { definition, handlers } = (await import(pathToFileURL(file).href)) as Partial<ProviderFolder>;
  if (!handlers || (!definition && handlers.length === 0)) {
    throw new ConfigurationError(
      `${slug}/provider.ts must export definition (made by defineProvider) and handlers; handlers alone where they are for providers by configuration`,
    );
  }
  if (!definition) return { handlers };
  if (definition.slug !== slug) {
    throw new ConfigurationError(
      `provider folder ${slug} defines the slug ${definition.slug}; make them equal`,
    );
  }
  return { definition, handlers };
}
