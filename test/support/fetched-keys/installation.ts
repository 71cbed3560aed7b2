import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ADMIN_KEY, SECRETS_KEY } from '../hookwell.js';
import { KeyServer } from './key-server.js';

const FOLDER = resolve('test/support/fetched-keys');
const HOSTS = ['sns.us-east-1.amazonaws.com', 'www.googleapis.com', 'production.plaid.com'];

/** A Hookwell that asks a server of the test for all keys, and goes by the test's time. */
export interface WithKeyServer {
  readonly url: string;
  readonly keys: KeyServer;
  setTime(now: Date): Promise<void>;
  stop(): Promise<void>;
}

export async function startWithKeyServer(): Promise<WithKeyServer> {
  const keys = await KeyServer.start(HOSTS);
  const dataDir = await mkdtemp(join(tmpdir(), 'hookwell-test-'));
  const child = fork(join(FOLDER, 'hookwell.js'), {
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      DATA_DIR: dataDir,
      ADMIN_API_KEYS: ADMIN_KEY,
      SECRETS_KEY,
      PROVIDERS_DIR: join(FOLDER, 'providers'),
      KEY_SERVER_PORT: String(keys.port),
      KEY_SERVER_CERTIFICATE: keys.certificate,
    },
  });
  const ended = once(child, 'exit');
  const heard = async (): Promise<unknown> => {
    const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
    return message;
  };
  const url = await heard();
  if (typeof url !== 'string') throw new Error(`the service has ended with ${String(url)}`);
  return {
    url,
    keys,
    async setTime(now) {
      child.send(now.getTime());
      await heard();
    },
    async stop() {
      child.kill('SIGKILL');
      await ended;
      await keys.stop();
      await rm(dataDir, { recursive: true });
    },
  };
}
