import { once } from 'node:events';
import { createServer, request as send } from 'node:http';

/** An emulator as an account that is not on this machine: under host names that only a proxy knows. */
export interface RemoteStorage {
  connectionString: string;
  /** For the app's process: the SDKs ask the proxy for everything but what is on this machine. */
  env: Readonly<Record<string, string>>;
  stop(): void;
}

export async function startRemoteStorage(connectionString: string): Promise<RemoteStorage> {
  const targets = new Map<string, URL>();
  const remote = connectionString.replace(/(Table|Queue)Endpoint=([^;]+)/g, (_, service: string, address: string) => {
    const target = new URL(address);
    const host = `data.${service.toLowerCase()}.storage.example`;
    targets.set(host, target);
    return `${service}Endpoint=http://${host}${target.pathname}`;
  });
  const server = createServer((incoming, outgoing) => {
    const asked = new URL(incoming.url ?? '');
    const target = targets.get(asked.hostname);
    if (target === undefined) {
      outgoing.writeHead(502).end();
      return;
    }
    const url = new URL(`${asked.pathname}${asked.search}`, target);
    const headers = { ...incoming.headers, host: url.host };
    const onward = send(url, { method: incoming.method ?? 'GET', headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.once('error', () => incoming.socket.destroy());
    incoming.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const proxy = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  const here = 'localhost,127.0.0.1';
  return {
    connectionString: remote,
    env: {
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      http_proxy: proxy,
      https_proxy: proxy,
      NO_PROXY: here,
      no_proxy: here,
    },
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
