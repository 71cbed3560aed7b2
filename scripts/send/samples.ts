import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The compiler leaves the samples where they are, so they are read from the sources, seen from dist/scripts/send. */
const BUILT_IN = fileURLToPath(new URL('../../../src/providers/', import.meta.url));

/**
 * The provider's samples by event type, a folder's `fixtures/<type>.json`. A type with a slash is a folder and a file; a colon, which
 * not every system takes in a file's name, is written `%3A`.
 */
export class Samples {
  private constructor(
    private readonly slug: string,
    private readonly files: ReadonlyMap<string, string>,
  ) {}

  static async of(slug: string, providersDir: string | undefined): Promise<Samples> {
    const parents = [BUILT_IN, ...(providersDir === undefined ? [] : [providersDir])];
    const files = await Promise.all(parents.map((parent) => samplesIn(join(parent, slug, 'fixtures'))));
    return new Samples(slug, new Map(files.flat()));
  }

  /** Which types there are, for the person to choose from. */
  get list(): string {
    const types = [...this.files.keys()].toSorted();
    return [`${this.slug} has samples of these types, say --type with one of them:`, ...types].join('\n  ');
  }

  /** The sample's body; undefined where there is no sample of the type. */
  async body(type: string): Promise<string | undefined> {
    const file = this.files.get(type);
    return file === undefined ? undefined : readFile(file, 'utf8');
  }
}

async function samplesIn(folder: string): Promise<[type: string, file: string][]> {
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file) => [decodeURIComponent(file.slice(0, -'.json'.length)), join(folder, file)]);
}
