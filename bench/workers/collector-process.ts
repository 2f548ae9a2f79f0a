// Started by the sections: the collecting side of the app as one process has it, with the settings of its environment.
import { setTimeout } from 'node:timers/promises';
import { dispatchCollection } from '../../shared/collection/dispatch-collection.ts';
import { runSlice, type RunSliceDeps } from '../../shared/collection/run-slice.ts';
import { MESSAGES_AT_ONCE } from '../../shared/domain/collection/polls-at-once.ts';
import type { SliceMessage } from '../../shared/domain/collection/slice.ts';
import { mapLimited } from '../../shared/domain/values/map-limited.ts';
import { readTenantId } from '../../shared/domain/values/tenant-id.ts';
import type { Log } from '../../shared/ports/log.ts';
import type { MessageQueue } from '../../shared/ports/message-queue.ts';
import { readConfig } from '../../shared/settings/config.ts';
import { registerTenant } from '../../shared/tenants/register-tenant.ts';
import { createServices } from '../../shared/wiring/services.ts';
import { measure, type Usage } from '../process/measure.ts';
import { serveCommands } from '../process/serve-commands.ts';
import { countRequests } from './count-requests.ts';

/** What some ticks and their messages have done. */
export interface CollectorWork extends Usage {
  polls: number;
  calls: number;
  stored: number;
  messages: number;
  tableRequests: number;
  rows: number;
}

/** The source has no limits here, so neither has the budget. */
const NO_LIMIT = { perMinute: 1_000_000, perHour: 60_000_000 };
const NO_LIMITS = {
  callLimits: { defender: NO_LIMIT, graph: NO_LIMIT },
  callsPerRun: 1_000_000,
  turnMs: 3_600_000,
};
const REGISTRATIONS_AT_ONCE = 16;

const services = createServices(readConfig(process.env));
const counted = countRequests(services.incidents);
const totals = { polls: 0, calls: 0, stored: 0, messages: 0 };
const waiting: SliceMessage[] = [];

const log: Log = (level, message, fields = {}) => {
  if (message === 'slice') {
    totals.polls += Number(fields['tenants']);
    totals.calls += Number(fields['calls']);
    totals.stored += Number(fields['stored']);
  } else if (level !== 'info') console.error(message, fields);
};

/** Messages wait in this process instead of in a queue, and a delay is none. */
const queue: MessageQueue = {
  send: async (message) => {
    waiting.push(message as SliceMessage);
  },
};

const { collectDeps } = services;
const sliceDeps: RunSliceDeps = {
  collectDeps: {
    ...collectDeps,
    log,
    table: counted.table,
    sliceBudgetMs: 3_600_000,
    settings: { ...collectDeps.settings, ...NO_LIMITS },
  },
  sliceQueues: { tenants: queue, slowTenants: queue },
};

/** The schedule's function, without its queues: nothing of an earlier tick waits. */
async function dispatch(): Promise<SliceMessage[]> {
  const { slices, slowSlices } = await dispatchCollection({
    table: counted.table,
    log,
    telemetry: services.telemetry,
    settings: services.dispatchSettings,
    queues: { tenants: { peek: async () => [] }, slowTenants: { peek: async () => [] } },
  });
  return [...slices, ...slowSlices];
}

/** As many messages at once as an instance takes; those that they send on come after them. */
async function deliver(messages: readonly SliceMessage[]): Promise<void> {
  waiting.push(...messages);
  while (waiting.length > 0) {
    const batch = waiting.splice(0);
    totals.messages += batch.length;
    await mapLimited(batch, MESSAGES_AT_ONCE, (message) =>
      runSlice(sliceDeps, message, { from: 'slowTenants', deliveries: 1 }),
    );
  }
}

async function work(act: () => Promise<void>): Promise<CollectorWork> {
  const before = { ...totals, tableRequests: counted.requests(), rows: counted.rows() };
  const usage = await measure(act);
  return {
    ...usage,
    polls: totals.polls - before.polls,
    calls: totals.calls - before.calls,
    stored: totals.stored - before.stored,
    messages: totals.messages - before.messages,
    tableRequests: counted.requests() - before.tableRequests,
    rows: counted.rows() - before.rows,
  };
}

const untilDue = (): Promise<void> => setTimeout(services.config.collection.intervalSeconds * 1_000 + 100);

serveCommands({
  register: async ({ tenantIds }: { tenantIds: readonly string[] }) => {
    const ids = tenantIds.map(readTenantId).filter((tenantId) => tenantId !== undefined);
    await mapLimited(ids, REGISTRATIONS_AT_ONCE, (tenantId) => registerTenant(services, tenantId, {}, 'bench'));
  },
  /** Ticks until nobody has anything left to read. */
  readAll: () =>
    work(async () => {
      await deliver(await dispatch());
    }),
  /** One tick and all that follows from it, once all tenants are due again. */
  tick: async () => {
    await untilDue();
    return work(async () => {
      await deliver(await dispatch());
    });
  },
  /** Claims the tenants that are due, for whoever takes the messages. */
  dispatch: async () => {
    await untilDue();
    return dispatch();
  },
  deliver: ({ messages }: { messages: readonly SliceMessage[] }) => work(() => deliver(messages)),
});
