import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const library = (folder: string): string =>
  fileURLToPath(new URL(`./libs/${folder}/index.ts`, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      // The longer name first: an alias also stands for what begins with it.
      'hookwell/handler-kit/testing': library('handler-kit/src/testing'),
      'hookwell/handler-kit': library('handler-kit/src'),
      'hookwell/signatures': library('signatures/src'),
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
