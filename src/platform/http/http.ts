import { BadRequestException, ValidationPipe, type ValidationError } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { ProblemFilter } from './problem.filter.js';

const MEBIBYTE = 1024 * 1024;
const WEBHOOK_ROUTES = '/webhooks/';

/** Fastify with parsers that leave a webhook's bytes alone, whatever their type. */
export function createHttpAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({ bodyLimit: MEBIBYTE, routerOptions: { maxParamLength: 65_536 } });
  const fastify = adapter.getInstance();
  fastify.removeAllContentTypeParsers();
  for (const type of ['application/json', 'application/x-www-form-urlencoded', '*']) {
    fastify.addContentTypeParser(type, { parseAs: 'buffer' }, (request, body, done) => {
      if (request.url.startsWith(WEBHOOK_ROUTES)) {
        done(null, body);
        return;
      }
      try {
        done(null, JSON.parse(body.toString('utf8')));
      } catch {
        done(new BadRequestException('The body must be JSON.'));
      }
    });
  }
  return adapter;
}

/** Validation, RFC 9457 errors and the API's documentation. */
export function prepareHttp(app: NestFastifyApplication): void {
  app.useGlobalFilters(new ProblemFilter());
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      exceptionFactory: (errors: ValidationError[]) =>
        new BadRequestException(
          errors.flatMap(({ constraints }) => Object.values(constraints ?? {})).join('; '),
        ),
    }),
  );
  const document = SwaggerModule.createDocument(
    app,
    new DocumentBuilder().setTitle('Hookwell').setVersion('0.1.0').addBearerAuth().build(),
  );
  SwaggerModule.setup('docs', app, document, { jsonDocumentUrl: 'docs/openapi.json' });
}
