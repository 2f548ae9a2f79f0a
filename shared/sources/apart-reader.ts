import { smallerWithAlerts, stillApart, type AlertsApart } from '../domain/reading/alerts-apart.ts';
import { SMALLEST_TOP } from '../domain/reading/page-size.ts';
import type { ReadCycle } from '../domain/reading/read-cycle.ts';
import type { ErrorCode } from '../errors/error-table.ts';
import { hasCode } from '../errors.ts';
import type { IncidentPage, IncidentQuery } from '../ports/incident-source.ts';
import type { MeteredReader } from './metered-reader.ts';

/** What a list with too many alerts in it, or with alerts that cannot be expanded, can fail with. */
const FAILURES: readonly ErrorCode[] = ['source-unavailable', 'page-too-large', 'bad-page', 'bad-request'];

/** So many incidents that cannot be had with their alerts while none can: no other is asked for so in this poll. */
const ENOUGH_UNEXPANDED = 2;

export interface ApartOptions {
  learnt: AlertsApart | undefined;
  /** Of the poll before, with their searches. */
  cycles: readonly (ReadCycle | undefined)[];
}

/**
 * The reader of a source that may fail to tell incidents together with their alerts. What has failed twice, or once where it did
 * the day before, is asked for without them, once a poll, and each page of one that fails, as another incident may have failed the
 * first such question for a reason of its own; where it is answered so, the rest of the poll is read without, each new
 * incident by its id. Those reads tell what was to blame: where one fails with its alerts too, no list is asked for with alerts
 * for a day; where none does, there were too many for one answer, and smaller pages are asked for. So a search does not have to
 * look for what only its alerts fail.
 */
export function readAlertsApart(reader: MeteredReader, { learnt, cycles }: ApartOptions): MeteredReader {
  let apart = stillApart(learnt, reader.serviceTime());
  let isApart = apart?.mostWith === 0;
  /** What was learnt more than a day ago, and not shown to be over. */
  let before = apart === undefined ? learnt : undefined;
  /** The size of the page that was answered only without alerts, in this poll. */
  let blamedTop: number | undefined;
  let [failedLists, isTold] = [0, false];
  const unexpandable = new Set<string>();
  const byId = { expanded: 0, unexpanded: 0 };
  let lastTurn: Promise<unknown> = Promise.resolve();

  const mostWith = (): number => (isApart ? 0 : (apart?.mostWith ?? reader.maxTop));

  async function list(query: IncidentQuery): Promise<IncidentPage> {
    if (query.top > mostWith()) return reader.list({ ...query, withoutAlerts: true });
    // It has failed in the poll before, which had no time for more.
    if (!isTold && cycles.some((cycle) => isToBeConfirmed(cycle, query))) return (await askWithout(query)).give();
    const answer = await attempt(() => reader.list(query));
    if (answer.isUsable) {
      const page = answer.give();
      if (page.incidents.length > 0) before = undefined;
      return page;
    }
    failedLists += 1;
    if ((failedLists === 1 && before === undefined) || (isTold && query.top > SMALLEST_TOP)) return answer.give();
    const without = await askWithout(query);
    return (without.isUsable ? without : answer).give();
  }

  /** What fails without alerts too does not fail because of them, nor does what can be had with them by now. */
  async function askWithout(query: IncidentQuery): Promise<Attempt> {
    const without = await attempt(() => reader.list({ ...query, withoutAlerts: true }));
    isTold = true;
    if (!without.isUsable) return without;
    const again = await attempt(() => reader.list(query));
    if (again.isUsable) return again;
    isApart = true;
    blamedTop = query.top;
    apart = { mostWith: 0, since: reader.serviceTime() };
    return without;
  }

  async function get(incidentId: string): ReturnType<MeteredReader['get']> {
    const isVain = byId.expanded === 0 && byId.unexpanded >= ENOUGH_UNEXPANDED;
    try {
      if (isVain || unexpandable.has(incidentId)) return await getWithout(incidentId);
      const observed = await reader.get(incidentId);
      if (observed !== undefined) byId.expanded += 1;
      return observed;
    } catch (error) {
      if (unexpandable.has(incidentId) || !mayFailForAlerts(error)) throw error;
      unexpandable.add(incidentId);
      return await getWithout(incidentId).catch(() => {
        throw error;
      });
    } finally {
      if (apart !== undefined && blamedTop !== undefined)
        apart = { ...apart, mostWith: byId.expanded > 0 && unexpandable.size === 0 ? smallerWithAlerts(blamedTop) : 0 };
    }
  }

  async function getWithout(incidentId: string): ReturnType<MeteredReader['get']> {
    const observed = await reader.get(incidentId, { withoutAlerts: true });
    if (observed !== undefined) byId.unexpanded += 1;
    return observed;
  }

  return {
    ...reader,
    get maxTop() {
      return isApart ? reader.maxTop : Math.min(reader.maxTop, mostWith());
    },
    list,
    // One after the other: calls that begin together reserve ten each, and a page without alerts would use up the budget.
    get: (incidentId) => {
      const turn = lastTurn.then(() => get(incidentId));
      lastTurn = turn.catch(() => undefined);
      return turn;
    },
    alertsApart: () => apart ?? before,
  };
}

/** Whether the query asks again for all of a window that has failed once. */
function isToBeConfirmed(cycle: ReadCycle | undefined, { updatedFrom, updatedTo }: IncidentQuery): boolean {
  if (cycle?.search?.step !== 'confirm') return false;
  const { from, until } = cycle.search;
  return updatedFrom <= from && (updatedTo === undefined || updatedTo >= until);
}

interface Attempt {
  isUsable: boolean;
  /** The answer, or the failure once more. */
  give(): IncidentPage;
}

/** Sends one list. What has nothing to do with alerts is thrown at once. */
async function attempt(send: () => Promise<IncidentPage>): Promise<Attempt> {
  try {
    const page = await send();
    return { isUsable: !page.isPartial, give: () => page };
  } catch (error) {
    if (!mayFailForAlerts(error)) throw error;
    return {
      isUsable: false,
      give: () => {
        throw error;
      },
    };
  }
}

const mayFailForAlerts = (error: unknown): boolean => hasCode(error, ...FAILURES);
