import { randomBytes } from 'node:crypto';
import http, { type RequestListener } from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { createLocalCertificates } from '../services/certificates.ts';
import { createTokenSigner } from './basics/jwt.ts';
import { createRandom } from './basics/random.ts';
import { createRateLimiter } from './basics/rate-limiter.ts';
import { createSimulatorClock } from './basics/simulator-clock.ts';
import { createControl, DEFAULT_RATE_LIMITS, NO_GRAPH_LIMITS, type Run } from './control/control.ts';
import { isControlRequest, answerControl } from './control/control-endpoint.ts';
import { createFaultPlan } from './faults/fault-plan.ts';
import { respond } from './respond.ts';
import { createDirectory } from './state/directory.ts';
import { createIncidentStore, type IncidentStore } from './state/incident-store.ts';
import type { Simulator, SimulatorOptions } from './state/simulator.ts';
import { createVault } from './state/vault.ts';
import type { World } from './state/world.ts';

/** Serves Entra, Key Vault, the Defender incidents API and Graph's by path on one https origin, and App Service's identity endpoint. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = '127.0.0.1' } = options;
  const certificates = options.certificates ?? (await createLocalCertificates());
  const world = createWorld(options);
  const run: Run = {
    plan: createFaultPlan(() => world.clock.now()),
    log: [],
    beforeRespond: options.beforeRespond,
    afterPage: options.afterPage,
  };
  const control = createControl(world, run);
  let sequence = 0;
  const listener =
    (isIdentityPort: boolean): RequestListener =>
    (incoming, response) => {
      const answered = isControlRequest(incoming)
        ? answerControl(control, incoming, response)
        : respond({ world, run, control }, { sequence: ++sequence, isIdentityPort }, incoming, response);
      answered.catch((error: unknown) => {
        // A test's hook threw or a client vanished: the first must be seen, and neither may stop the server.
        if (!response.destroyed) console.error('The simulator could not answer', incoming.url, error);
        response.destroy();
      });
    };
  const tls = { cert: certificates.certPem, key: certificates.keyPem };
  const main = https.createServer({ ...tls, keepAliveTimeout: 60_000 }, listener(false));
  const identity = http.createServer(listener(true));
  const url = `https://${host}:${await listen(main, host, options.port ?? 0)}`;
  const identityPort = await listen(identity, host, options.identityPort ?? 0);
  world.settings.url = url;
  return {
    url,
    vaultUrl: url,
    identityEndpoint: `http://${host}:${identityPort}/msi/token`,
    identityHeader: world.settings.identityHeader,
    caPem: certificates.caPem,
    control,
    close: async () => {
      await Promise.all([close(main), close(identity)]);
    },
  };
}

function createWorld(options: SimulatorOptions): World {
  const { seed = 1, rateLimits = {}, tokenVersion = '1.0' } = options;
  const clock = createSimulatorClock(options.nowMs ?? Date.now, options.clockOffsetMs ?? 0);
  const random = createRandom(seed);
  const stores = new Map<string, IncidentStore>();
  return {
    clock,
    random,
    signer: createTokenSigner(),
    directory: createDirectory(),
    vault: createVault(clock.nowMs, random),
    limiter: createRateLimiter(clock.baseMs),
    storeOf(tenantId) {
      const id = tenantId.toLowerCase();
      const store = stores.get(id) ?? createIncidentStore(clock.now);
      stores.set(id, store);
      return store;
    },
    liveTokens: new Map(),
    usedAssertions: new Map(),
    settings: {
      url: '',
      identityHeader: randomBytes(16).toString('hex'),
      seed,
      order: options.order ?? 'updated-desc',
      rateLimits: rateLimits === 'off' ? 'off' : { ...DEFAULT_RATE_LIMITS, ...rateLimits },
      graph: NO_GRAPH_LIMITS,
      retired: undefined,
      tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? 3_599,
      tokenVersion,
    },
  };
}

async function listen(server: Server, host: string, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

async function close(server: http.Server | https.Server): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  server.closeAllConnections();
  await closed;
}
