import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { ProblemView } from '../platform/http/api-problems.js';

/** The HTTP API's OpenAPI document, from the controllers' own annotations. */
export function createApiDocument(app: INestApplication): OpenAPIObject {
  const description = [
    'A self-hosted webhook inbox. Providers POST to `/webhooks/{source}`; everything else is for admins.',
    'Admin routes take `Authorization: Bearer <admin key>`. Every error is a problem document (RFC 9457).',
    'A viewer reads; an operator also runs events again and reads the audit; an admin also changes sources.',
  ].join('\n\n');
  const config = new DocumentBuilder()
    .setTitle('Hookwell')
    .setDescription(description)
    .setVersion('1')
    .setLicense('MIT', 'https://spdx.org/licenses/MIT.html')
    .addServer('/', 'This process')
    // addBearerAuth would call the key a JWT.
    .addSecurity('bearer', { type: 'http', scheme: 'bearer', description: 'An admin key.' })
    .addTag('webhooks', 'For providers.')
    .addTag('sources', 'The configured senders.')
    .addTag('events', 'What has arrived, and what became of it.')
    .addTag('replays', 'Running many events again.')
    .addTag('steering', 'Holding back what is processed, while accepting goes on.')
    .addTag('stats', 'How it is going.')
    .addTag('audit', 'Who has done what.')
    .addTag('metrics', 'For Prometheus.')
    .addTag('health', 'For load balancers and orchestrators.')
    .build();
  return SwaggerModule.createDocument(app, config, { extraModels: [ProblemView] });
}

/** Serves Swagger UI at /docs and the document at /docs/openapi.json. */
export function setupApiDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, createApiDocument(app), {
    jsonDocumentUrl: 'docs/openapi.json',
    customSiteTitle: 'Hookwell API',
    swaggerOptions: { persistAuthorization: true },
  });
}
