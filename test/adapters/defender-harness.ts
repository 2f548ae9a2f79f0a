import type { IncomingMessage, ServerResponse } from 'node:http';
import fetch from 'node-fetch';
import { createGraphSource } from '../../shared/adapters/graph/graph-source.ts';
import { createHttpGet } from '../../shared/adapters/machine/http.ts';
import { createDefenderSource } from '../../shared/adapters/sources/defender.ts';
import type { ApiOptions } from '../../shared/adapters/sources/incident-api.ts';
import { readTenantId, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { readTicks, type Ticks } from '../../shared/domain/values/ticks.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { IncidentSource, TenantIncidents } from '../../shared/ports/incident-source.ts';
import { startLoopback, type LoopbackServer } from './loopback-https.ts';

/** `Date` of every answer of `respond`. */
export const DATE = 'Tue, 24 Nov 2026 12:00:10 GMT';
export const tenantId = tenant('50612dbb-0237-4969-b378-8d42590f9c00');
export const from = ticks('2026-11-24T11:00:00.0000001Z');

export interface DefenderHarness {
  server: LoopbackServer;
  incidents: TenantIncidents;
  issued: TenantId[];
  dropped: TenantId[];
  /** What the API answers from now on. */
  answer: (request: IncomingMessage, response: ServerResponse) => void;
  respond(body: string, status?: number, headers?: Record<string, string>): void;
}

/** The Defender source over real https; each request takes 125 ms on its clock. */
export async function startDefender(): Promise<DefenderHarness> {
  return startSource(createDefenderSource);
}

/** Microsoft Graph likewise. */
export async function startGraph(): Promise<DefenderHarness> {
  return startSource(createGraphSource);
}

async function startSource(create: (options: ApiOptions) => IncidentSource): Promise<DefenderHarness> {
  const server = await startLoopback((request, response) => {
    harness.answer(request, response);
  });
  let monotonicMs = 0;
  const clock: Clock = {
    nowMs: () => 0,
    monotonicMs: () => (monotonicMs += 125),
    sleep: async () => Promise.resolve(),
  };
  const issued: TenantId[] = [];
  const dropped: TenantId[] = [];
  const source = create({
    baseUrl: `${server.url}/base/`,
    portalUrl: 'https://security.microsoft.com',
    http: createHttpGet({ fetch, clock, agent: server.agent }),
    clock,
    tokens: {
      get: async (id) => {
        issued.push(id);
        return { token: `token-of-${id}-${dropped.length}` };
      },
      drop: (id) => {
        dropped.push(id);
      },
    },
  });
  const harness: DefenderHarness = {
    server,
    incidents: await source.open(tenantId),
    issued,
    dropped,
    answer: (_request, response) => response.end(),
    respond: (body, status = 200, headers = {}) => {
      harness.answer = (_request, response) => {
        response.writeHead(status, { date: DATE, ...headers }).end(body);
      };
    },
  };
  return harness;
}

export function tenant(text: string): TenantId {
  const id = readTenantId(text);
  if (id === undefined) throw new Error(`Not a tenant id: ${text}`);
  return id;
}

export function ticks(text: string): Ticks {
  const at = readTicks(text);
  if (at === undefined) throw new Error(`Not a time: ${text}`);
  return at;
}
