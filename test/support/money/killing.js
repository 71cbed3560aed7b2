/**
 * When this process kills itself, as its environment says: at the n-th database step `before`, `during` or `after` it, or at the n-th
 * time that a handler passes the step of that name. Never where it says nothing.
 */
const { at = 'never', when, count = 0 } = JSON.parse(process.env.KILL ?? '{}');
let left = 0;

/** From here on steps count. */
export function arm() {
  left = count;
}

/** A handler has come to a step. */
export function step(name) {
  if (at === 'handler' && when === name) countDown();
}

/** Does a step of the database, unless this process ends before, during or after it. */
export async function databaseStep(work) {
  const isCounted = at === 'database';
  if (isCounted && when === 'before') countDown();
  const result = work();
  // It is sent, and nobody will hear of its answer.
  if (isCounted && when === 'during') countDown();
  const value = await result;
  if (isCounted && when === 'after') countDown();
  return value;
}

function countDown() {
  if (left === 0) return;
  left -= 1;
  if (left > 0) return;
  process.kill(process.pid, 'SIGKILL');
  // Nothing else may happen until the signal has arrived.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** Makes every statement and every commit of a kind of database a step at which the process may end. */
export function makeMortal({ prototype }) {
  const { transaction, open } = prototype;
  prototype.transaction = function (work) {
    // The last step before the answer is the commit; `before` it comes after the work, `after` it before anybody hears of it.
    return databaseStep(() =>
      transaction.call(this, async (session) => {
        const result = await work(mortal(session));
        await databaseStep(() => Promise.resolve());
        return result;
      }),
    );
  };
  prototype.open = async function () {
    const opened = await databaseStep(() => open.call(this));
    return {
      ...opened,
      session: mortal(opened.session),
      commit: () => databaseStep(() => opened.commit()),
      rollback: () => databaseStep(() => opened.rollback()),
    };
  };
}

function mortal(session) {
  return {
    run: (sql, parameters) => databaseStep(() => session.run(sql, parameters)),
    all: (sql, parameters) => databaseStep(() => session.all(sql, parameters)),
  };
}
