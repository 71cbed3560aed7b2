import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What a connection says that is to be broken off at its next commit. */
const MARK = 'break off';

/** A way to a MySQL server on which commits can get lost. */
export interface CuttingProxy {
  readonly url: string;
  stop(): void;
}

/** Passes everything on, until a connection that has said 'break off' commits: the server gets no commit, and the client no answer. */
export async function startCuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 3306), target.hostname);
    const cut = (): void => {
      for (const socket of [client, upstream]) {
        socket.destroy();
        sockets.delete(socket);
      }
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cut).on('close', cut);
    }
    let isMarked = false;
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (isMarked && text.includes('COMMIT')) cut();
      else upstream.write(chunk);
      isMarked ||= text.includes(MARK);
    });
    upstream.on('data', (chunk) => client.write(chunk));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const here = new URL(url);
  here.hostname = '127.0.0.1';
  here.port = String((server.address() as AddressInfo).port);
  return {
    url: here.href,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
