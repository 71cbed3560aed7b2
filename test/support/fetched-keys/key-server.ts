import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { RequestListener } from 'node:http';
import { Agent, createServer, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { connect, type ConnectionOptions } from 'node:tls';
import { certificate } from './certificates.js';

/** What the server was asked. */
export interface Asked {
  readonly url: string;
  readonly body: string;
}

/** What it answers. */
export type Answer = {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
};

/** A server on the loopback that stands for all providers' servers of keys, over TLS and under their names. */
export class KeyServer {
  readonly asked: Asked[] = [];
  /** Breaks off every connection while false. */
  reachable = true;
  /** Undefined: no answer, and the connection stays. */
  answer: (asked: Asked) => Answer | undefined = () => ({ status: 404 });

  private constructor(
    private readonly server: Server,
    /** Whom to trust. */
    readonly certificate: string,
  ) {}

  /** @param hosts the names that its certificate has */
  static async start(hosts: readonly string[]): Promise<KeyServer> {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const cert = certificate({ publicKey, issuerKey: privateKey, names: hosts, now: new Date() });
    const server = createServer({ cert, key: privateKey.export({ format: 'pem', type: 'pkcs8' }) });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const started = new KeyServer(server, cert);
    server.on('request', started.respond);
    server.on('connection', (socket: Socket) => {
      if (!started.reachable) socket.destroy();
    });
    return started;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Leads to this server, whatever host is asked for; the host's name has to be its own all the same. */
  agent(): Agent {
    const createConnection = (options: ConnectionOptions): unknown =>
      connect({
        ...options,
        host: '127.0.0.1',
        port: this.port,
        ca: this.certificate,
      });
    return Object.assign(new Agent(), { createConnection });
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }

  private readonly respond: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const asked = { url: `https://${request.headers.host ?? ''}${request.url ?? ''}`, body };
      this.asked.push(asked);
      const answer = this.answer(asked);
      if (answer) response.writeHead(answer.status, answer.headers).end(answer.body);
    });
  };
}
