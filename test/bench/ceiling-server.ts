import 'reflect-metadata';
import { Controller, Headers, HttpCode, Module, Post, Body, UnauthorizedException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { github, verify } from 'hookwell/signatures';

const secrets = [process.env['BENCH_SECRET'] ?? ''];

/** The same stack and nothing durable: verify and answer. What no durable design on it can exceed. */
@Controller('webhooks')
class CeilingController {
  @Post('bench')
  @HttpCode(200)
  accept(@Body() rawBody: Buffer, @Headers() headers: Record<string, string>): object {
    const verdict = verify(github, { method: 'POST', url: '', headers, rawBody }, secrets, new Date());
    if (!verdict.valid) throw new UnauthorizedException();
    return { id: '00000000-0000-7000-8000-000000000000', status: 'RECEIVED', duplicate: false };
  }
}

@Module({ controllers: [CeilingController] })
class CeilingModule {}

const adapter = new FastifyAdapter();
const fastify = adapter.getInstance();
fastify.removeAllContentTypeParsers();
fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
  done(null, body);
});
const app = await NestFactory.create<NestFastifyApplication>(CeilingModule, adapter, {
  bodyParser: false,
  logger: false,
});
await app.listen(0, '127.0.0.1');
process.send?.(await app.getUrl());
