import { createServer, type ServerResponse } from 'node:http';
import { explainError, logSystem, type Log } from '../functions/log-entry.ts';
import { createAnswerer, type AnswerParts } from './answer-request.ts';

export interface HttpParts extends AnswerParts {
  readonly port: number;
  readonly log: Log;
}

export interface HttpServer {
  readonly url: string;
  /** Takes no new request; `close` then ends what is still open. */
  refuseNew(): void;
  close(): void;
}

/** Serves the HTTP functions on the loopback address. */
export async function serveHttp(parts: HttpParts): Promise<HttpServer> {
  const answer = createAnswerer(parts);
  const server = createServer({ maxHeaderSize: 64 * 1024 }, (request, response) => {
    for (const [name, value] of Object.entries(parts.hostJson.customHeaders)) response.setHeader(name, value);
    answer(request, response).catch((error: unknown) => {
      logSystem(parts.log, 'debug', `${request.method ?? ''} failed: ${explainError(error)}`);
      fail(response);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(explainListen(cause, parts.port));
    });
    server.listen(parts.port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : parts.port;
  return {
    url: `http://127.0.0.1:${port}`,
    refuseNew: () => {
      server.close();
      server.closeIdleConnections();
    },
    close: () => {
      server.closeAllConnections();
    },
  };
}

/** The real host answers a failed function with 500 and no body. */
function fail(response: ServerResponse): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(500).end();
}

function explainListen(cause: Error, port: number): Error {
  const isTaken = 'code' in cause && cause.code === 'EADDRINUSE';
  const reason = isTaken ? 'the port is in use; stop the other program or choose another port' : cause.message;
  return new Error(`Cannot listen on 127.0.0.1:${port}: ${reason}`, { cause });
}
