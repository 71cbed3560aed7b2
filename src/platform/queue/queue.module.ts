import { Global, Module } from '@nestjs/common';
import { APP_CONFIG, type AppConfig } from '../config/config.js';
import { BullMqEventQueue } from './bullmq-event-queue.js';
import { EventQueue } from './event-queue.js';
import { InProcessEventQueue } from './in-process-event-queue.js';

@Global()
@Module({
  providers: [
    {
      provide: EventQueue,
      inject: [APP_CONFIG],
      useFactory: ({ REDIS_URL }: AppConfig): EventQueue =>
        REDIS_URL === undefined ? new InProcessEventQueue() : new BullMqEventQueue(REDIS_URL),
    },
  ],
  exports: [EventQueue],
})
export class QueueModule {}
