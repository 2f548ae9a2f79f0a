import { isDeepStrictEqual } from 'node:util';
import fetch from 'node-fetch';
import { createEntraDirectory } from '../../../shared/adapters/entra/entra-directory.ts';
import { createHttpGet } from '../../../shared/adapters/machine/http.ts';
import type { SourceChoice } from '../../../shared/domain/incidents/incident.ts';
import { createConsentLink, type LinkDeps } from '../../../shared/consent/create-consent-link.ts';
import { finishClaimedConsents } from '../../../shared/consent/finish-consent.ts';
import { receiveConsent, type ConsentDeps } from '../../../shared/consent/receive-consent.ts';
import { readConsentAnswer } from '../../../shared/domain/consent/consent-answer.ts';
import { readLinkInput } from '../../../shared/domain/consent/consent-link.ts';
import type { ConsentOutcome } from '../../../shared/domain/consent/consent-outcome.ts';
import { LINKS_PARTITION } from '../../../shared/domain/consent/consent-request.ts';
import type { NewLink } from '../../../shared/domain/consent/link-view.ts';
import { CLOUDS } from '../../../shared/domain/entra/clouds.ts';
import { ERASED_PARTITION } from '../../../shared/domain/tenants/audit-entry.ts';
import type { StoredRow } from '../../../shared/domain/values/table-row.ts';
import { SHARDS, type TenantId } from '../../../shared/domain/values/tenant-id.ts';
import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { Table } from '../../../shared/ports/table.ts';
import { getTenant } from '../../../shared/querying/get-tenant.ts';
import { createAuditLog } from '../../../shared/storing/audit.ts';
import { listAllRows } from '../../../shared/tables/list-all-rows.ts';
import { createTenantControl } from '../../../shared/tenants/create-tenant-control.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import { createCollector, createProvider, type Collector } from '../cloud/collector.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { APP, type World } from '../cloud/scenario-cloud.ts';

export type ConsentParts = ConsentDeps & LinkDeps;
export type Tables = Record<'incidents' | 'tenants' | 'requests' | 'audit', Table>;

export interface Choice {
  decision?: 'approve' | 'decline';
  user?: 'admin' | 'member';
  tenantId?: TenantId;
}

/** Everybody who takes part in an onboarding. */
export interface ConsentWorld {
  world: World;
  collector: Collector;
  tables: Tables;
  parts: ConsentParts;
  /** The same app with other tables. */
  partsWith(tables: Partial<Tables>): ConsentParts;
  /** A customer at Microsoft that has not consented to anything. */
  addCustomer(): TenantId;
  link(body?: object): Promise<NewLink>;
  /** What an administrator does on Entra's pages; answers the query that the browser comes back with. */
  visitEntra(url: string, choice?: Choice): Promise<URLSearchParams>;
  comeBack(query: URLSearchParams, parts?: ConsentParts): Promise<ConsentOutcome>;
  /** What a tick does about links, without the collection that follows. */
  finish(): Promise<void>;
  tick(): Promise<void>;
  view(tenantId: TenantId): Promise<TenantView>;
  /** Actions and tenants of the audit, in order. */
  audit(): Promise<string[]>;
  /** Every row of every table, with its ETag. */
  snapshot(): Promise<Snapshot>;
  openRequests(): Promise<string[]>;
}

/** Rows by table, partition and row key. */
export type Snapshot = ReadonlyMap<string, StoredRow>;

let customers = 900;
const EVERYTHING = { from: '!', to: '~' };

export function createConsentWorld(world: World, choice: SourceChoice = defaultSource()): ConsentWorld {
  const { control, time } = world;
  const tables: Tables = {
    incidents: world.incidents.table,
    tenants: world.tenants.table,
    requests: world.requests.table,
    audit: world.audit.table,
  };
  const collector = createCollector(world, { defaultSource: choice });
  const partsWith = (changed: Partial<Tables>): ConsentParts => createParts(world, { ...tables, ...changed }, choice);
  const parts = partsWith({});
  return {
    world,
    collector,
    tables,
    parts,
    partsWith,
    addCustomer: () => {
      const tenantId = tenantNumber((customers += 1));
      control.addTenant({ tenantId, domain: `c${customers}.example`, isConsented: false, roles: [] });
      return tenantId;
    },
    link: (body = {}) => createConsentLink(parts, readLinkInput(body), 'ann'),
    visitEntra: async (url, { decision = 'approve', user = 'admin', tenantId } = {}) => {
      const page = await fetch(url);
      expectStatus(page.status, 200);
      const body = new URLSearchParams({ decision, user, ...(tenantId !== undefined && { tenant: tenantId }) });
      const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
      expectStatus(answer.status, 302);
      return new URL(answer.headers.get('location') ?? '').searchParams;
    },
    comeBack: (query, by = parts) => receiveConsent(by, readConsentAnswer(query)),
    finish: () => finishClaimedConsents(parts, collector.deps.log),
    tick: async () => {
      await finishClaimedConsents(parts, collector.deps.log);
      await collector.poll();
    },
    view: (tenantId) => getTenant(parts, tenantId),
    audit: async () => {
      const rows = (
        await Promise.all(monthsOf(time).map((month) => listAllRows(tables.audit, month, EVERYTHING)))
      ).flat();
      return rows.map(({ properties }) => `${String(properties['action'])} ${String(properties['tenantId'] ?? '')}`);
    },
    snapshot: () => takeSnapshot(tables, [...SHARDS, LINKS_PARTITION, ERASED_PARTITION, ...monthsOf(time)]),
    openRequests: async () =>
      (await listAllRows(tables.requests, LINKS_PARTITION, { from: 'P!', to: 'P"' })).map(({ rowKey }) => rowKey),
  };
}

function createParts(world: World, tables: Tables, choice: SourceChoice): ConsentParts & { incidents: Table } {
  const { time, cloud } = world;
  const authorityHost = cloud.simulator.url;
  const graph = createProvider(world, time, {}, undefined, 'graph');
  const providers = { defender: createProvider(world, time), graph };
  return {
    ...tables,
    audit: createAuditLog(tables.audit),
    control: createTenantControl({ incidents: tables.incidents, clock: time, defaultSource: choice, providers }),
    directory: createEntraDirectory(authorityHost, createHttpGet({ fetch, clock: time })),
    consent: {
      clientIds: { defender: APP, graph: APP },
      authorityHost,
      publicUrl: 'https://collector.example',
      scopes: { defender: CLOUDS.global.defenderScope, graph: CLOUDS.global.graphScope },
    },
    defaultSource: choice,
    timeoutMs: 12_000,
    onChanged: () => {},
  };
}

function expectStatus(status: number, wanted: number): void {
  if (status !== wanted) throw new Error(`Entra's page answered ${status} instead of ${wanted}`);
}

/** In which a scenario may have left audit rows. */
function monthsOf(time: Clock): string[] {
  const monthOf = (ms: number): string => new Date(ms).toISOString().slice(0, 7);
  return [...new Set([1, 0].map((days) => monthOf(time.nowMs() - days * 86_400_000)))];
}

async function takeSnapshot(tables: Tables, partitions: readonly string[]): Promise<Snapshot> {
  const read = async (name: string, table: Table, partition: string): Promise<[string, StoredRow][]> =>
    (await listAllRows(table, partition, EVERYTHING)).map((row) => [`${name} ${partition} ${row.rowKey}`, row]);
  const parts = Object.entries(tables).flatMap(([name, table]) =>
    partitions.map((partition) => read(name, table, partition)),
  );
  return new Map((await Promise.all(parts)).flat());
}

/** What happened to rows between two looks at them, by their keys; the same row with the same ETag is the same to the byte. */
export function compareSnapshots(before: Snapshot, after: Snapshot): Record<'added' | 'changed' | 'removed', string[]> {
  const keys = (rows: Snapshot): string[] => [...rows.keys()];
  return {
    added: keys(after).filter((key) => !before.has(key)),
    changed: keys(after).filter((key) => before.has(key) && !isDeepStrictEqual(before.get(key), after.get(key))),
    removed: keys(before).filter((key) => !after.has(key)),
  };
}
