import { HttpRequest, InvocationContext, type HttpResponseInit } from '@azure/functions';
import { getIncident } from '../../../functions/incidents/get-incident.ts';
import { queryIncidents } from '../../../functions/incidents/query-incidents.ts';
import { getTenant } from '../../../functions/tenants/get-tenant.ts';
import { listTenants } from '../../../functions/tenants/list-tenants.ts';
import { putTenant } from '../../../functions/tenants/put-tenant.ts';
import { collectSlice } from '../../../shared/collection/collect-slice.ts';
import { dispatchCollection } from '../../../shared/collection/dispatch-collection.ts';
import { readSliceMessage } from '../../../shared/domain/collection/slice.ts';
import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { httpHandler, type ApiHandler } from '../../../shared/edge/http-handler.ts';
import { toLog } from '../../../shared/edge/invocation-log.ts';
import type { Clock } from '../../../shared/ports/clock.ts';
import type { IncidentSource, TenantIncidents } from '../../../shared/ports/incident-source.ts';
import { readConfig } from '../../../shared/settings/config.ts';
import { createServices, type Services } from '../../../shared/wiring/services.ts';
import { errorText, type Sinks } from './canary-sinks.ts';

/** One process of the app whose every word goes to the sinks. */
export interface CanaryRun {
  call(handler: ApiHandler, params?: Record<string, string>, body?: string): Promise<number>;
  /** Registers the tenant, polls it, and asks every question about it. */
  collect(tenantId: TenantId): Promise<void>;
}

export function openRun(settings: Record<string, string>, clock: Clock, sinks: Sinks): CanaryRun {
  const services = createServices(readConfig(settings), clock);
  watchSources(services, sinks);
  const open = (): InvocationContext =>
    new InvocationContext({
      functionName: 'canary',
      logHandler: (level, ...args) => sinks.logs.push(`${level} ${args.map(String).join(' ')}`),
    });

  async function call(handler: ApiHandler, params: Record<string, string> = {}, body?: string): Promise<number> {
    const request = new HttpRequest({
      method: body === undefined ? 'GET' : 'PUT',
      url: 'https://collector.example/api',
      params,
      ...(body !== undefined && { body: { string: body } }),
    });
    const answer: HttpResponseInit = await httpHandler('canary', handler, {
      access: 'operator',
      services: () => services,
    })(request, open());
    sinks.answers.push(JSON.stringify(answer));
    return answer.status ?? 200;
  }

  async function tick(): Promise<void> {
    const log = toLog(open());
    const { incidents: table, telemetry, dispatchSettings: settings, collectDeps, reportCredential } = services;
    const queues = services.sliceQueues;
    const { slices } = await dispatchCollection({ table, log, telemetry, settings, queues });
    for (const message of slices) {
      const rest = await collectSlice({ ...collectDeps, log }, readSliceMessage(message), 1);
      sinks['queue messages'].push(JSON.stringify([message, rest]));
    }
    await reportCredential(log);
  }

  return {
    call,
    collect: async (tenantId) => {
      await call(putTenant, { tenantId }, '{"displayName":"Canary"}');
      // What a function throws is printed by the platform.
      await tick().catch((error: unknown) => sinks['error texts'].push(errorText(error)));
      await call(getTenant, { tenantId });
      await call(listTenants);
      await call(queryIncidents);
      await call(getIncident, { tenantId, incidentId: '1' });
    },
  };
}

/** Notes every failure of the sources before anybody has turned it into something else. */
function watchSources({ collectDeps: { sources } }: Services, sinks: Sinks): void {
  const noted = async <Value>(work: Promise<Value>): Promise<Value> =>
    work.catch((error: unknown) => {
      sinks['error texts'].push(errorText(error));
      throw error;
    });
  const watch = (reader: TenantIncidents): TenantIncidents => ({
    ...reader,
    list: (query) => noted(reader.list(query)),
    follow: (link, from) => noted(reader.follow(link, from)),
    get: (id) => noted(reader.get(id)),
  });
  const watchAll = (source: IncidentSource): IncidentSource => ({
    open: async (tenantId) => watch(await noted(source.open(tenantId))),
  });
  const { defender, graph } = sources;
  if (defender === undefined || graph === undefined) throw new Error('A collector that runs knows both sources');
  Object.assign(sources, { defender: watchAll(defender), graph: watchAll(graph) });
}
