import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const library = (name: string): string =>
  fileURLToPath(new URL(`./libs/${name}/src/index.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      'hookwell/handler-kit': library('handler-kit'),
      'hookwell/signatures': library('signatures'),
    },
  },
  test: {
    include: ['src/**/*.spec.ts', 'libs/**/*.spec.ts', 'test/**/*.spec.ts'],
    setupFiles: ['reflect-metadata'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // On a busy machine a second is not long.
    expect: { poll: { timeout: 20_000 } },
    maxWorkers: 2,
  },
});
