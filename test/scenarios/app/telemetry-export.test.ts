import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startLoopback, type LoopbackServer } from '../../adapters/loopback-https.ts';
import { fetchApi } from '../../helpers/api/fetch-api.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { APP } from '../cloud/scenario-cloud.ts';
import { seedIncidents, spreadOver } from '../cloud/seed-incidents.ts';
import { startHostCloud, type HostCloud } from '../worlds/host-cloud.ts';

interface Envelope {
  name: string;
  data: { baseData: { name?: string; metrics?: { name: string }[] } };
}

const START_LIMIT_MS = 30_000;

let cloud: HostCloud;
let ingestion: LoopbackServer;
let folder: string;
const envelopes: Envelope[] = [];
const tokens = new Set<string>();

/** Takes in what the exporter sends, as Application Insights does. */
async function startIngestion(): Promise<LoopbackServer> {
  return startLoopback((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const isGzip = request.headers['content-encoding'] === 'gzip';
      const sent = JSON.parse(String(isGzip ? gunzipSync(body) : body)) as Envelope[];
      envelopes.push(...sent);
      tokens.add(request.headers.authorization ?? 'none');
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ itemsReceived: sent.length, itemsAccepted: sent.length, errors: [] }));
    });
  });
}

beforeAll(async () => {
  [cloud, ingestion, folder] = await Promise.all([
    startHostCloud(),
    startIngestion(),
    mkdtemp(join(tmpdir(), 'telemetry-')),
  ]);
  const tenantId = tenantNumber(1);
  cloud.control.addTenant({ tenantId, domain: 'tenant1.example' });
  seedIncidents(cloud.worldOf(tenantId), 5, spreadOver(cloud.worldOf(tenantId), 5, 5));
  const host = await cloud.startHost({ settings: await settingsOfAzure() });
  await fetchApi(host, 'PUT', `tenants/${tenantId}`, { displayName: 'Fabrikam' });
  await host.runTimerNow('dispatchCollection');
  await host.idle();
  await host.stop();
}, START_LIMIT_MS);

afterAll(async () => {
  await Promise.all([cloud.stop(), ingestion.close(), rm(folder, { recursive: true, force: true })]);
});

/** As infra/ sets them, but for the address. */
async function settingsOfAzure(): Promise<Record<string, string>> {
  const trusted = join(folder, 'trusted.pem');
  const simulated = await readFile(cloud.settings['NODE_EXTRA_CA_CERTS'] ?? '', 'utf8');
  await writeFile(trusted, `${simulated}\n${ingestion.cert}`);
  return {
    NODE_EXTRA_CA_CERTS: trusted,
    APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=11111111-2222-4333-8444-555555555555;IngestionEndpoint=${ingestion.url}/`,
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: `ClientId=${APP};Authorization=AAD`,
    APPLICATION_INSIGHTS_NO_STATSBEAT: 'true',
  };
}

test('a host that stops has sent its spans and metrics', () => {
  const spans = envelopes.flatMap(({ data }) => data.baseData.name ?? []);
  expect(new Set(spans)).toEqual(new Set(['tick', 'slice', 'tenant', 'commit']));
  const metrics = envelopes.flatMap(({ data }) => data.baseData.metrics ?? []).map(({ name }) => name);
  expect(metrics).toEqual(expect.arrayContaining(['collector.incidents.stored', 'collector.source.calls']));
});

test('it sends them with a token of its managed identity for that, and nowhere else', () => {
  const claims = [...tokens].map((token): unknown =>
    JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()),
  );
  const wanted: unknown = expect.objectContaining({ aud: 'https://monitor.azure.com', appid: APP });
  expect(claims.length).toBeGreaterThan(0);
  expect(claims).toEqual(claims.map(() => wanted));
  expect(new Set(ingestion.seen)).toEqual(new Set(['POST /v2.1/track']));
});

test('no text of an incident is in them', () => {
  expect(JSON.stringify(envelopes)).not.toMatch(/Fabrikam|Täuschung|northwind|soc\.example/);
});

test('a span and a data point are as small as docs/cost.md counts them', () => {
  const sizes = Map.groupBy(envelopes, ({ data }) => (data.baseData.metrics === undefined ? 'span' : 'point'));
  const largest = (kind: 'span' | 'point'): number =>
    Math.max(...(sizes.get(kind) ?? []).map((envelope) => JSON.stringify(envelope).length));
  expect(largest('span')).toBeLessThan(800);
  expect(largest('point')).toBeLessThan(500);
});
