import { AppError } from '../../errors.ts';
import type { IncidentQuery } from '../../ports/incident-source.ts';
import { leadsTo } from '../sources/incident-api.ts';

/** Beyond it Graph returns 400, or no further pages (learn.microsoft.com, Microsoft Graph Security API error responses). */
const MAX_SKIP = 500;

export function checkSkip({ skip = 0 }: IncidentQuery): void {
  if (skip <= MAX_SKIP) return;
  throw new AppError('bad-request', `Cannot list incidents from number ${skip} on as Graph skips at most ${MAX_SKIP}`, {
    action:
      'Nothing: what cannot be told apart by its times is a gap that is read again; if it lasts, look at the gaps of the tenant',
  });
}

/** A link by number that has lost its filter would lead through all incidents of the tenant. */
export function checkUsefulLink(url: string): void {
  const names = [...new URL(url).searchParams.keys()].map((name) => name.toLowerCase());
  if (names.includes('$filter') || names.includes('$skiptoken')) return;
  throw new AppError('bad-page', 'Cannot follow the link to the next page as it has lost its $filter', {
    action: 'Nothing: the pages are asked for by $skip; if it lasts, open a support case with Microsoft',
  });
}

/** Whether a link leads to alerts below the same address; the token may go nowhere else. */
export function isAlertsLink(link: string, endpoint: URL): boolean {
  const url = URL.parse(link);
  if (url === null || !leadsTo(url, endpoint)) return false;
  const path = url.pathname.toLowerCase();
  return path.startsWith(`${endpoint.pathname.toLowerCase()}/`) && path.endsWith('/alerts');
}

export function toAlertsFailure(cause: unknown, incidentId: string): unknown {
  if (!(cause instanceof AppError)) return cause;
  return new AppError('incomplete-answer', `Cannot read all alerts of incident ${incidentId}: ${cause.message}`, {
    cause,
    retriable: cause.retriable,
    action: 'Nothing: the incident is stored without them and read again; if it lasts, open a case with Microsoft',
    ...(cause.trackingId !== undefined && { trackingId: cause.trackingId }),
  });
}
