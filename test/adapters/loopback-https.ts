import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer } from 'node:https';
import { generate } from 'selfsigned';

export interface LoopbackServer {
  url: string;
  /** Its certificate, for a process that has to trust it. */
  cert: string;
  /** Trusts the servers of this file only. */
  agent: Agent;
  /** `METHOD /path?query` of every request so far. */
  seen: string[];
  /** Connections that were opened so far. */
  connections(): number;
  close(): Promise<void>;
}

/** One for all servers of a test file: each of its tests starts one, and a pair of keys takes longer than most of them. */
const certificate = generate([{ name: 'commonName', value: 'localhost' }], {
  keyType: 'ec',
  algorithm: 'sha256',
  extensions: [{ name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] }],
});

/** A real https server on the loopback address. */
export async function startLoopback(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<LoopbackServer> {
  const { cert, private: key } = await certificate;
  const seen: string[] = [];
  let connections = 0;
  const server = createServer({ cert, key }, (request, response) => {
    seen.push(`${request.method ?? ''} ${request.url ?? ''}`);
    answer(request, response);
  });
  server.on('secureConnection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const agent = new Agent({ keepAlive: true, ca: cert, maxSockets: 4 });
  return {
    url: `https://localhost:${port}`,
    cert,
    agent,
    seen,
    connections: () => connections,
    close: async () => {
      agent.destroy();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
