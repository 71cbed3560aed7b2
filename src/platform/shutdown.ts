import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { errorText } from './error-text.js';

const HTTP_MS = 3000;
/** Orchestrators kill after 30 s by default, and we promise 15. */
const ALL_MS = 14_000;

/**
 * On SIGTERM or SIGINT: accept nothing new, answer the requests under way, finish or hand back the events in hand, and exit. Bounded
 * in time; what a forced end cuts off is in the database and is taken up again.
 */
export function stopOnSignals(app: NestFastifyApplication): void {
  const logger = new Logger('Shutdown');
  const stop = (signal: string): void => {
    logger.log(`${signal}: stopping`);
    Promise.race([stopInOrder(app), delay(ALL_MS).then(() => 'late')]).then(
      (late) => {
        if (late) logger.warn(`not everything stopped within ${ALL_MS} ms`);
        process.exit(late ? 1 : 0);
      },
      (error: unknown) => {
        logger.error(error);
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  // A team's handler that forgets to await must not take the process, and everybody's events, down with it.
  process.on('unhandledRejection', (reason) => {
    logger.error({ message: 'a promise was rejected and nobody waited for it', error: errorText(reason) });
  });
}

async function stopInOrder(app: NestFastifyApplication): Promise<undefined> {
  const fastify = app.getHttpAdapter().getInstance();
  const closed = fastify.close();
  await Promise.race([closed, delay(HTTP_MS)]);
  fastify.server.closeAllConnections();
  await app.close();
}
