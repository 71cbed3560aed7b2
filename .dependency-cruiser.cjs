/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'domain-is-plain',
      comment: 'Domain code knows no framework, database or queue.',
      severity: 'error',
      from: { path: '^src/[^/]+/domain/' },
      to: { path: 'node_modules/(@nestjs|typeorm|bullmq|fastify)/' },
    },
    {
      name: 'platform-is-the-floor',
      comment: 'platform imports no module above it.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/(signature|ingestion|idempotency|processing|admin|providers)/' },
    },
    {
      name: 'signatures-is-alone',
      comment: 'The signature library has no framework and no I/O.',
      severity: 'error',
      from: { path: '^libs/signatures/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/|node_modules/' },
    },
    {
      name: 'providers-use-the-kit',
      comment: 'A provider folder needs nothing of the core.',
      severity: 'error',
      from: { path: '^src/providers/[^/]+/' },
      to: { path: '^src/(?!providers/)' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
