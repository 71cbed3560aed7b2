/** Does nothing, as cheaply as it can be done. */
export class Plain {
  async handle() {
    return { done: true };
  }
}

/** Does nothing, in its turn. */
export class Ordered extends Plain {}

/** Writes one row. */
export class Writing {
  async handle(event, context) {
    const manager = await context.transaction();
    await manager.query('INSERT INTO measured_effects (event_id) VALUES (?)', [event.id]);
    return { written: true };
  }
}

/** Writes one row, in its turn. */
export class OrderedWriting extends Writing {}

/** Of a hundred events one fails, once. */
export class Failing {
  async handle(event, context) {
    const number = Number(event.idempotencyKey.split('-').at(-1));
    if (number % 100 === 0 && context.attempt === 1) throw new Error('the first attempt of one in a hundred');
    return { done: true };
  }
}

/** Fails whatever is done, and is tried again in weeks. */
export class Stuck {
  async handle() {
    throw new Error('stuck');
  }
}
