import type { IncomingMessage } from 'node:http';
import { BadRequestException, ValidationPipe, type ValidationError } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { getMetadataStorage } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AddressRanges } from '../address-ranges.js';
import { Metrics } from '../metrics/metrics.js';
import { answerClientError, REQUEST_TIMEOUT_MS, SERVER_OPTIONS } from './client-error.js';
import { parseJsonBody } from './json-body.js';
import { NO_HOST } from './details.js';
import { ProblemFilter } from './problem.filter.js';
import { BodyReader } from './raw-body.js';
import { isWebhook, noSuchAddress, UndecodableAddress } from './webhook-path.js';

/**
 * Fastify with parsers that leave a webhook's bytes alone, whatever their type.
 * @param proxies whose X-Forwarded headers are believed; default: nobody's
 */
export function createHttpAdapter(proxies?: AddressRanges): FastifyAdapter {
  const adapter = new FastifyAdapter({
    trustProxy: proxies ? (address: string): boolean => proxies.includes(address) : false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: 65_536 },
    http: SERVER_OPTIONS,
    clientErrorHandler: answerClientError,
    // The router has one error only: an address that it cannot decode.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      request.server.errorHandler(new UndecodableAddress(), request, reply);
    },
  });
  const bodies = new BodyReader();
  const fastify = adapter.getInstance();
  // An expectation that we do not know is passed over (RFC 9110 section 10.1.1); Node would answer 417, and nothing more.
  fastify.server.on('checkExpectation', (request, response) => {
    fastify.routing(request, response);
  });
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (request.raw.httpVersion === '1.1' && request.headers.host === undefined) {
      done(new BadRequestException(NO_HOST));
      return;
    }
    // Here, or a body for nobody would be read first, and one that is no JSON be answered 400.
    if (request.is404) {
      done(noSuchAddress(request));
      return;
    }
    // Fastify answers 415 to a type that is none, and a signed event is one whatever it calls itself; what is not signed has to be
    // JSON, whatever it calls itself. rawHeaders keep it.
    request.raw.headers['content-type'] = 'application/octet-stream';
    done();
  });
  fastify.removeAllContentTypeParsers();
  for (const type of ['application/json', 'application/x-www-form-urlencoded', '*']) {
    fastify.addContentTypeParser(type, (request, stream: IncomingMessage, done) => {
      bodies.read(request, stream, (error, body) => {
        if (error || isWebhook(request)) done(error, body);
        else parseJsonBody(body, done);
      });
    });
  }
  return adapter;
}

/** Validation of admin requests, and RFC 9457 errors for every request. */
export function prepareHttp(app: NestFastifyApplication): void {
  app.useGlobalFilters(new ProblemFilter(app.get(Metrics)));
  app.useGlobalPipes(
    new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      transform: true,
      validationError: { target: true },
      exceptionFactory: (errors: ValidationError[]) => new BadRequestException(describe(errors)),
    }),
  );
}

function describe(errors: readonly ValidationError[]): string {
  const details = errors.flatMap(({ constraints = {}, property, target }) =>
    'whitelistValidation' in constraints
      ? `${property} is unknown; there are ${propertiesOf(target).join(', ')}.`
      : Object.values(constraints),
  );
  // Several checks of a field may say the same.
  return [...new Set(details)].join(' ');
}

/** The parameters of a query, or the fields of a body, by the name that a client gives them. */
function propertiesOf(target: object | undefined): string[] {
  const constructor = target?.constructor ?? Object;
  const checks = getMetadataStorage().getTargetValidationMetadatas(constructor, '', false, false);
  return [...new Set(checks.map(({ propertyName }) => propertyName))];
}
