import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';

type Fault = 'reset' | number | undefined;

/** Stands between an app and the table service, and lets a request through or does to it what the test says. */
export interface StorageProxy {
  /** The emulator's connection string with the tables behind this proxy. */
  connectionString: string;
  /** What happens to a request of a table; nothing lets it through. */
  onRequest: (url: URL) => Fault | Promise<Fault>;
  stop(): void;
}

export async function startStorageProxy(connectionString: string): Promise<StorageProxy> {
  const endpoint = /TableEndpoint=([^;]+)/.exec(connectionString)?.[1] ?? '';
  const target = new URL(endpoint);
  const proxy: Pick<StorageProxy, 'onRequest'> = { onRequest: () => undefined };
  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', target);
    const fault = await proxy.onRequest(url);
    if (fault === 'reset') incoming.socket.destroy();
    else if (fault === undefined) forward(incoming, outgoing, url);
    else outgoing.writeHead(fault, { 'content-type': 'application/json' }).end('{}');
  };
  const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return Object.assign(proxy, {
    connectionString: connectionString.replace(endpoint, `http://127.0.0.1:${port}${target.pathname}`),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  });
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, url: URL): void {
  const { method = 'GET', headers } = incoming;
  const onward = send(url, { method, headers: { ...headers, host: url.host } }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  onward.once('error', () => incoming.socket.destroy());
  incoming.pipe(onward);
}
