import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';

/**
 * Has a runner refuse everything once the database has ended its transaction by itself, for a deadlock say: what a handler that
 * has swallowed the error did next would be committed statement by statement.
 * @param isOver whether an error came with such an end
 */
export function refuseOnceOver(runner: QueryRunner, isOver: (error: unknown) => boolean): void {
  const query = runner.query.bind(runner) as (...parameters: unknown[]) => Promise<unknown>;
  Object.assign(runner, {
    query: async (...parameters: unknown[]): Promise<unknown> => {
      try {
        return await query(...parameters);
      } catch (error) {
        if (isOver(error)) Object.assign(runner, { isReleased: true });
        throw error;
      }
    },
  });
}

/**
 * Takes a transaction out of its handler's hands before it ends. What the handler has asked for by now is sent first, and what it
 * asks for later (after a timeout, or for want of an `await`) is refused instead of landing in whatever comes next on the
 * connection.
 */
export async function seal(runner: QueryRunner): Promise<void> {
  Object.assign(runner, { isReleased: true });
  // Statements under way pass through some promises before they reach the driver.
  await nextTurn();
}
