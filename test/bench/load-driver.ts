import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { LoadOrder, LoadResult } from './load-generator.js';

/** A process of the benchmark that says by message when it is ready. */
export interface BenchProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts one of the servers of this folder; resolves once it listens. */
export async function startServer(
  script: string,
  environment: Record<string, string>,
): Promise<BenchProcess> {
  const child = fork(compiled(script), { env: { PATH: process.env['PATH'], ...environment } });
  const url = await messageOf<string>(child);
  return { url, stop: () => end(child) };
}

/** The process that posts, apart from this one so that its work is not in anyone's way but the machine's. */
export class LoadDriver {
  private readonly child = fork(compiled('load-generator.js'));

  drive(order: LoadOrder): Promise<LoadResult> {
    this.child.send(order);
    return messageOf<LoadResult>(this.child);
  }

  stop(): Promise<void> {
    return end(this.child);
  }
}

function compiled(script: string): string {
  return resolve('dist/test/bench', script);
}

function messageOf<TMessage>(child: ChildProcess): Promise<TMessage> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null): void => {
      reject(new Error(`a process of the benchmark ended with code ${String(code)}`));
    };
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as TMessage);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}
