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
      name: 'domain-is-the-core',
      comment: 'Domain code knows nothing of what is built around it.',
      severity: 'error',
      from: { path: '^src/[^/]+/domain/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/[^/]+/(application|infrastructure|interface)/' },
    },
    {
      name: 'platform-is-the-floor',
      comment: 'platform imports no module above it.',
      severity: 'error',
      from: { path: '^src/platform/' },
      to: { path: '^src/(audit|signature|ingestion|idempotency|processing|replay|admin|providers)/' },
    },
    {
      name: 'audit-knows-no-command',
      comment: 'audit records the commands of every module, so it imports none of them.',
      severity: 'error',
      from: { path: '^src/audit/' },
      to: { path: '^src/(signature|ingestion|idempotency|processing|replay|admin|providers)/' },
    },
    {
      name: 'processing-knows-no-command',
      comment: 'Whoever commands the pipeline knows it, and not the other way round.',
      severity: 'error',
      from: { path: '^src/processing/' },
      to: { path: '^src/(audit|replay|admin)/' },
    },
    {
      name: 'signatures-is-alone',
      comment:
        'The signature library has no framework, and of other libraries only the one for JSON Web Tokens.',
      severity: 'error',
      from: { path: '^libs/signatures/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^src/|node_modules/', pathNot: '^node_modules/jose/' },
    },
    {
      name: 'signatures-does-no-io',
      comment: 'The signature library is told the bytes, the key and the time.',
      severity: 'error',
      from: { path: '^libs/signatures/', pathNot: '\\.spec\\.ts$' },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(fs|net|https?|http2|child_process|dgram|dns|tls|worker_threads|cluster)(/|$)',
      },
    },
    {
      name: 'kit-is-below',
      comment: 'What handlers are written against knows nothing of what runs them.',
      severity: 'error',
      from: { path: '^libs/handler-kit/' },
      to: { path: '^src/' },
    },
    {
      name: 'test-kit-is-for-tests',
      comment: 'What runs in production knows nothing of how handlers are tested.',
      severity: 'error',
      from: { path: '^(src|libs)/', pathNot: ['\\.spec\\.ts$', '^libs/handler-kit/src/testing/'] },
      to: { path: '^libs/handler-kit/src/testing/|(^|/)hookwell/handler-kit/testing$' },
    },
    {
      name: 'providers-use-the-kit',
      comment: 'A provider folder needs nothing of the core.',
      severity: 'error',
      from: { path: '^src/providers/[^/]+/' },
      to: { path: '^src/(?!providers/)' },
    },
    {
      name: 'providers-are-apart',
      comment: 'A provider folder knows no other one, nor what finds it.',
      severity: 'error',
      from: { path: '^src/providers/([^/]+)/' },
      to: { path: '^src/providers/', pathNot: '^src/providers/$1/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
