import { isRole } from '../../../local/simulator/http/simulated-request.ts';
import type { Fault } from '../../../local/simulator/state/fault.ts';
import { reportPoisonedSlice } from '../../../shared/collection/report-poisoned-slice.ts';
import { readSliceMessage, toSliceMessage } from '../../../shared/domain/collection/slice.ts';
import { MAX_GAPS, newGap, type Gap } from '../../../shared/domain/reading/gaps.ts';
import { widenWindow } from '../../../shared/domain/reading/read-cycle.ts';
import { readTenantChange } from '../../../shared/domain/requests/tenant-change.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { TICKS_PER_MINUTE, type Ticks } from '../../../shared/domain/values/ticks.ts';
import type { ErrorCode } from '../../../shared/errors/error-table.ts';
import { dispatchCleanUp } from '../../../shared/removal/dispatch-clean-up.ts';
import { createAuditLog } from '../../../shared/storing/audit.ts';
import { openSession } from '../../../shared/storing/tenant-session.ts';
import { createTenantControl } from '../../../shared/tenants/create-tenant-control.ts';
import { registerTenant } from '../../../shared/tenants/register-tenant.ts';
import { defaultSource } from '../cloud/default-source.ts';
import { seedIncidents, variedIncident } from '../cloud/seed-incidents.ts';
import { poison } from '../troubles/poisoned-windows.ts';
import { pollAll, type Failure, type Week } from './live-a-week.ts';
import { answered, broken, switched } from './week-faults.ts';

const PAGE = 100;
const MAX_BODY_BYTES = 200_000;
const SLOW_MS = 25_000;
const CALL_MS = 20;
const HOUR_MS = 3_600_000;
export const HUGE: Fault = { kind: 'huge-body', bytes: 2 * MAX_BODY_BYTES };
export const REDIRECT: Fault = { kind: 'status', status: 302, headers: { location: 'https://elsewhere.example' } };

export const inSmallBodies = (failure: Failure): Failure => ({ ...failure, options: { maxBodyBytes: MAX_BODY_BYTES } });
export const forbidden = (message: string, code = 'Forbidden'): Fault => answered(403, { code, message });
export const quoted = (number: number): Fault =>
  forbidden(`Required resource. Inner Message: AADSTS${number}: Refused.`);

/** One incident makes every list fail that holds it. */
export const poisoned = (fault: Fault): Failure => ({
  hits: 'one',
  begin: ({ world }) => {
    const [incidentId = ''] = seedIncidents(world, 1, () => world.control.now() - TICKS_PER_MINUTE);
    poison(world, incidentId, [fault]);
    return [incidentId];
  },
});

/** Incidents that the source lists without their ids. */
export const nameless = (count: number): Failure => {
  let ids: string[] = [];
  return {
    hits: 'one',
    begin: ({ world }) => {
      ids = seedIncidents(
        world,
        count,
        (number) => world.control.now() - BigInt(number + 1) * 10_000_000n,
        (number, at) => ({ ...variedIncident(number, at), rawOmit: ['incidentId'] }),
      );
      return ids;
    },
    end: ({ world }) => {
      for (const id of ids)
        world.control.updateIncident(world.tenantId, id, { keepsUpdateTime: true, severity: 'High' });
    },
  };
};

/** One that is stored is dated back, so that only its id can tell which version is the present one. */
export const unreadableById: Failure = {
  hits: 'one',
  begin: ({ world: { control, tenantId } }) => {
    const incidentId = control.incidentIds(tenantId).at(-1) ?? '';
    const { lastUpdateTime = 0n } = control.incident(tenantId, incidentId) ?? {};
    control.updateIncident(tenantId, incidentId, {
      lastUpdateTime: lastUpdateTime - TICKS_PER_MINUTE,
      incidentName: 'Dated back',
    });
    control.addFault({
      name: 'lasting',
      match: { role: 'incident-get', tenantId, predicate: (request) => request.incidentId === incidentId },
      fault: answered(500),
    });
    return [incidentId];
  },
};

/** As many places as can be noted down fail already, and there is one more. */
export const oneGapTooMany = (): Failure => {
  const another = nameless(1);
  return {
    ...another,
    begin: async (week) => {
      const { world } = week;
      const { incidents, time, tenantId } = world;
      const now = world.control.now();
      const timeOf = (number: number): Ticks => now - BigInt(number + 2) * TICKS_PER_MINUTE;
      const ids = seedIncidents(world, MAX_GAPS, timeOf);
      for (const incidentId of ids) poison(world, incidentId, [answered(500)]);
      await another.begin?.(week);
      const gaps = ids.map((_, number): Gap => {
        const part = { from: timeOf(number), to: timeOf(number) + 1n };
        const gap = newGap(part.from, part.to, 'source-unavailable', now);
        return { ...gap, ...widenWindow(part, 's'), part: { ...part, isNarrow: true } };
      });
      const session = await openSession(incidents.table, time, tenantId);
      await session?.commit({ change: (state) => ({ ...state, gaps }) });
      return undefined;
    },
  };
};

/** More in one instant than a page holds, and the same page behind the first one. */
export const crowdedInstant: Failure = {
  hits: 'one',
  begin: ({ world }) => {
    const at = world.control.now() - TICKS_PER_MINUTE;
    const ids = seedIncidents(
      world,
      PAGE + 5,
      () => at,
      (number) => ({ ...variedIncident(number, at), alerts: [], createdTime: at, status: 'Active' }),
    );
    const page = ids
      .slice(0, PAGE)
      .map((id) => JSON.parse(world.control.incident(world.tenantId, id)?.json ?? '') as Record<string, unknown>)
      // Under the names of both sources.
      .map((entry, place) => ({ ...entry, id: ids[place], lastUpdateDateTime: entry['lastUpdateTime'] }));
    world.control.addFault({
      name: 'lasting',
      match: { role: 'incident-list', tenantId: world.tenantId, predicate: ({ query }) => (query?.skip ?? 0) > 0 },
      fault: { kind: 'status', status: 200, body: { value: page } },
    });
    return ids;
  },
};

/** Rows of one customer's incidents are refused. */
export const unstorable = (code: ErrorCode): Failure =>
  switched('one', (state) => ({
    wrapTable: (table) => ({
      ...table,
      transact: (partition, operations) => {
        const isHit = operations.some(
          ({ rowKey }) => rowKey.startsWith('I!') && rowKey.includes(state.tenantId ?? '-'),
        );
        return state.isOn && isHit ? Promise.reject(broken(code)) : table.transact(partition, operations);
      },
    }),
  }));

/** A bug in what reads one customer. */
export const buggy: Failure = switched(
  'one',
  (state) => ({
    wrapSource: (source) => ({
      open: async (tenantId) => {
        if (state.isOn && tenantId === state.tenantId) throw new TypeError('A bug');
        return source.open(tenantId);
      },
    }),
  }),
  {
    tick: async (week) => {
      await pollAll(week).catch((error: unknown) => {
        if (!(error instanceof TypeError)) throw error;
      });
    },
  },
);

/** Every worker dies that has the customer's message: it comes five times, then it is reported. */
export async function dieOf({ collector, hit }: Week): Promise<void> {
  for (const message of await collector.dispatch()) {
    const slice = readSliceMessage(message);
    for (const tenantId of slice.tenantIds) {
      const alone = toSliceMessage({ ...slice, tenantIds: [tenantId] });
      if (hit.includes(tenantId)) await reportPoisonedSlice(collector.deps, alone);
      else await collector.deliver(alone);
    }
  }
}

export async function eraseState({ world: { incidents, tenantId } }: Week): Promise<undefined> {
  await incidents.table.transact(shardOf(tenantId), [{ kind: 'delete', rowKey: stateKey(tenantId) }]);
}

/** A tick of the schedule and one of the hourly clean-up, which sees the registry. */
export async function pollAndCleanUp({ world, collector }: Week): Promise<void> {
  await pollAll({ collector });
  const { incidents, tenants, time: clock } = world;
  const limits = { retentionDays: 0, budgetMs: HOUR_MS, endMs: HOUR_MS };
  await dispatchCleanUp({
    incidents: incidents.table,
    tenants: tenants.table,
    clock,
    log: collector.deps.log,
    ...limits,
  });
}

export async function registerAgain({ world }: Week): Promise<void> {
  const { incidents, tenants, audit, time, tenantId } = world;
  const providers = { defender: undefined, graph: undefined };
  const control = createTenantControl({
    incidents: incidents.table,
    clock: time,
    defaultSource: defaultSource(),
    providers,
  });
  const deps = { incidents: incidents.table, tenants: tenants.table, control, audit: createAuditLog(audit.table) };
  await registerTenant(
    { ...deps, defaultSource: defaultSource(), onChanged: () => {} },
    tenantId,
    readTenantChange({}),
    'scenario',
  );
}

export const withoutLargePages: Failure = {
  hits: 'one',
  begin: ({ world }) => {
    world.control.addFault({
      name: 'lasting',
      match: {
        role: 'incident-list',
        tenantId: world.tenantId,
        predicate: ({ query }) => (query?.top ?? 0) > 10,
      },
      fault: answered(504),
    });
    return undefined;
  },
};

export const slow: Failure = {
  hits: 'one',
  begin: ({ world: { control, time, tenantId } }) => {
    control.setBeforeRespond((request) => {
      time.advance(isRole(request.role, 'incident-list') && request.tenantId === tenantId ? SLOW_MS : CALL_MS);
    });
    return undefined;
  },
  end: ({ world: { control, time } }) => {
    control.setBeforeRespond(() => {
      time.advance(CALL_MS);
    });
  },
};
