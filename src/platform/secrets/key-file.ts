import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigurationError, secretsKey } from '../config/config.js';

const KEY_BYTES = 32;

/**
 * Where an installation without SECRETS_KEY keeps its key. While the key is rotated the next one lies beside it; both count, and at the
 * end the next takes the place of the other in one step.
 */
export class KeyFile {
  readonly path: string;
  private readonly next: string;

  constructor(dataDir: string) {
    this.path = join(dataDir, 'secrets.key');
    this.next = `${this.path}.next`;
  }

  /**
   * The key, which the first call makes, and behind it the next one while there is one.
   * @throws ConfigurationError when a file holds no key
   */
  read(): Buffer[] {
    // In this order: a rotation that ends meanwhile is seen in the one file or in the other.
    const next = keyIn(this.next);
    const key = keyIn(this.path) ?? made(this.path);
    return next ? [key, next] : [key];
  }

  /** Makes the next key, or takes up the one that a rotation which was cut off has made. */
  startRotation(): Buffer {
    return keyIn(this.next) ?? made(this.next);
  }

  /** Puts the next key in the place of the other, once nothing is encrypted with that any more. */
  endRotation(): void {
    renameSync(this.next, this.path);
    syncFolder(dirname(this.path));
  }
}

/** Null where there is no such file. */
function keyIn(path: string): Buffer | null {
  const text = textOf(path);
  if (text === null) return null;
  const key = secretsKey(text.trim());
  if (key) return key;
  throw new ConfigurationError(`${path} holds no key: put back the one that it had, or set SECRETS_KEY`);
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** A new key in a new file: on the disk and complete, or not there. Of several who make it at once, one does. */
function made(path: string): Buffer {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, randomBytes(KEY_BYTES).toString('base64'), { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
  syncFolder(dirname(path));
  return keyIn(path) ?? made(path);
}

/** Has the names of a folder's files written to the disk. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return; // It opens no folders, and writes their names through.
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
