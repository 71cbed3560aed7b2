import 'reflect-metadata';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { Controller, Headers, HttpCode, Module, Post, RawBody, UnauthorizedException } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Queue } from 'bullmq';
import { Column, DataSource, Entity, PrimaryGeneratedColumn } from 'typeorm';

const secret = process.env['BENCH_SECRET'] ?? '';

@Entity('webhook_events')
class WebhookEvent {
  @PrimaryGeneratedColumn('uuid')
  id!: string;

  @Column({ type: 'varchar', length: 255, unique: true })
  externalId!: string;

  @Column({ type: 'varchar', length: 16 })
  status!: string;

  @Column({ type: 'json' })
  payload!: unknown;
}

const dataSource = await new DataSource({
  type: 'mysql',
  url: process.env['DATABASE_URL'] ?? '',
  entities: [WebhookEvent],
  synchronize: true,
}).initialize();
const redis = new URL(process.env['REDIS_URL'] ?? '');
const queue = new Queue('baseline', { connection: { host: redis.hostname, port: Number(redis.port) } });

/** As it is usually written: one save() and one add() for each event, one after the other. */
@Controller('webhooks')
class BaselineController {
  @Post('bench')
  @HttpCode(200)
  async accept(
    @RawBody() rawBody: Buffer,
    @Headers('x-hub-signature-256') signature: string,
  ): Promise<object> {
    const expected = Buffer.from(`sha256=${createHmac('sha256', secret).update(rawBody).digest('hex')}`);
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new UnauthorizedException();
    }
    const payload = JSON.parse(rawBody.toString()) as { id: string };
    const event = await dataSource
      .getRepository(WebhookEvent)
      .save({ externalId: payload.id, status: 'RECEIVED', payload });
    await queue.add('process', { id: event.id });
    return { id: event.id, status: 'RECEIVED' };
  }
}

@Module({ controllers: [BaselineController] })
class BaselineModule {}

const app = await NestFactory.create<NestExpressApplication>(BaselineModule, {
  rawBody: true,
  logger: false,
});
await app.listen(0, '127.0.0.1');
process.send?.(await app.getUrl());
