import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Silent } from './scripted.handler.js';

/** Handles NARROW: takes a moment, with as many at once as its limit allows. */
export class Narrow {
  async handle() {
    await delay(20);
    return null;
  }
}

/** Handles PACED: as often as its limit allows. */
export class Paced {
  handle() {
    return Promise.resolve(null);
  }
}

/** Handles FRAGILE: fails while the file `fragile.works` is missing. */
export class Fragile {
  async handle() {
    if (!existsSync(join(process.env.SCRIPT_DIR, 'fragile.works'))) throw new Error('out of order');
    return null;
  }
}

/** Handles TURN: the events of a key in their order, and of all keys as many at once as its limit allows. */
export class Strict extends Narrow {}

/** Handles MUTE as SILENT is handled, the events of a key in their order. */
export class Mute extends Silent {}
