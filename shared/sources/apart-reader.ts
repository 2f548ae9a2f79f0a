import { smallerWithAlerts, stillApart, type AlertsApart } from '../domain/reading/alerts-apart.ts';
import { SMALLEST_TOP } from '../domain/reading/page-size.ts';
import type { ReadCycle } from '../domain/reading/read-cycle.ts';
import type { ErrorCode } from '../errors/error-table.ts';
import { hasCode } from '../errors.ts';
import type { IncidentPage, IncidentQuery } from '../ports/incident-source.ts';
import type { MeteredReader } from './metered-reader.ts';

/** The codes with which a list can fail that has too many alerts, or alerts that cannot be expanded. */
const FAILURES: readonly ErrorCode[] = ['source-unavailable', 'page-too-large', 'bad-page', 'bad-request'];

/** After this many incidents that failed with their alerts, while none succeeded, no other is requested with alerts in this poll. */
const ENOUGH_UNEXPANDED = 2;

export interface ApartOptions {
  learnt: AlertsApart | undefined;
  /** Of the poll before, with their searches. */
  cycles: readonly (ReadCycle | undefined)[];
}

/**
 * Reads from a source that may fail to list incidents together with their alerts. A list that has failed twice, or once if alerts
 * failed on the day before, is requested without alerts: once a poll, and for each page of one incident that fails, because another
 * incident may have failed the first such request for a different reason. If that succeeds, the rest of the poll is read without
 * alerts, and each new incident by its id. Those reads show the cause. If one of them fails with its alerts too, no list is requested
 * with alerts for a day. If none does, there were too many alerts for one response, and smaller pages are requested. A search for
 * failing incidents is then needed only for failures that have another cause than alerts.
 */
export function readAlertsApart(reader: MeteredReader, { learnt, cycles }: ApartOptions): MeteredReader {
  let apart = stillApart(learnt, reader.serviceTime());
  let isApart = apart?.mostWith === 0;
  /** The finding of more than a day ago that has not been refuted. */
  let before = apart === undefined ? learnt : undefined;
  /** The size of the page that succeeded only without alerts, in this poll. */
  let blamedTop: number | undefined;
  let [failedLists, isTold] = [0, false];
  const unexpandable = new Set<string>();
  const byId = { expanded: 0, unexpanded: 0 };
  let lastTurn: Promise<unknown> = Promise.resolve();

  const mostWith = (): number => (isApart ? 0 : (apart?.mostWith ?? reader.maxTop));

  async function list(query: IncidentQuery): Promise<IncidentPage> {
    if (query.top > mostWith()) return reader.list({ ...query, withoutAlerts: true });
    // The list has failed in the poll before, which had no time for more.
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

  /** Alerts are not the cause if the list fails without them too, or succeeds with them by now. */
  async function askWithout(query: IncidentQuery): Promise<Attempt> {
    const without = await attempt(() => reader.list({ ...query, withoutAlerts: true }));
    isTold = true;
    if (!without.isUsable) return without;
    const again = await attempt(() => reader.list(query));
    if (again.isUsable) return again;
    isApart = true;
    blamedTop = query.top;
    // A size that was learnt shows that alerts can be read by id, also where everything is stored by now and nothing is.
    const mostWithAlerts = apart === undefined ? 0 : smallerWithAlerts(query.top);
    apart = { mostWith: mostWithAlerts, since: reader.serviceTime() };
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
    // One after another: calls that begin together reserve ten each, and one page without alerts would use up the budget.
    get: (incidentId) => {
      const turn = lastTurn.then(() => get(incidentId));
      lastTurn = turn.catch(() => undefined);
      return turn;
    },
    alertsApart: () => apart ?? before,
  };
}

/** Whether the query repeats a whole window that has failed once. */
function isToBeConfirmed(cycle: ReadCycle | undefined, { updatedFrom, updatedTo }: IncidentQuery): boolean {
  if (cycle?.search?.step !== 'confirm') return false;
  const { from, until } = cycle.search;
  return updatedFrom <= from && (updatedTo === undefined || updatedTo >= until);
}

interface Attempt {
  isUsable: boolean;
  /** Returns the page, or throws the failure again. */
  give(): IncidentPage;
}

/** Requests one list. Failures that cannot be due to alerts are thrown at once. */
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
