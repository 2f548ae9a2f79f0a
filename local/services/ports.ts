import { createServer } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** A port of the loopback address that nobody listened on a moment ago; another program may still take it first. */
export async function findFreePort(): Promise<number> {
  const port = await probePort(0);
  if (port === undefined) throw new Error('Cannot find a free port on 127.0.0.1: the system offers none');
  return port;
}

export async function isPortFree(port: number): Promise<boolean> {
  return (await probePort(port)) !== undefined;
}

function probePort(port: number): Promise<number | undefined> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once('error', () => {
      resolve(undefined);
    });
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => {
      const address = server.address();
      const found = address !== null && typeof address === 'object' ? address.port : undefined;
      server.close(() => {
        resolve(found);
      });
    });
  });
}
