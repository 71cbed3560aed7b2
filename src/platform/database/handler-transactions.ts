import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueryRunner } from 'typeorm';

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
