import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { NEWCOMER } from '../demo/demo-tenants.ts';
import { formatCount } from './format-text.ts';

export interface ReadyInput {
  readonly url: string;
  readonly tenantId: string;
  readonly tenants: number;
  readonly churn: number;
  readonly every: number;
}

/** What the folder holds already. */
export function foundText(folder: string, tenants: readonly TenantView[]): string {
  const stored = tenants.reduce((sum, { storedIncidents }) => sum + storedIncidents, 0);
  return `Found in ${folder}: ${formatCount(tenants.length, 'tenant')} with ${formatCount(stored, 'incident')} stored`;
}

/** What can be opened, what can be tried, and how it ends. */
export function readyText({ url, tenantId, tenants, churn, every }: ReadyInput): string[] {
  const changes =
    churn === 0 ? 'nothing changes there (--churn 0)' : `they change ${formatCount(churn, 'incident')} a minute`;
  return [
    `Ready: ${url}`,
    '',
    `  ${url}/api/board        the board: open it in a browser`,
    `  ${url}/api/incidents    incidents of all tenants, newest update first`,
    `  ${url}/api/tenants      how complete each tenant is`,
    '',
    `  curl "${url}/api/incidents?open=true&severity=high&pageSize=3"`,
    `  curl "${url}/api/tenants/${tenantId}"`,
    `  npm run collect -- --demo --tenant ${tenantId}`,
    '',
    `Onboard one more customer: curl "${url}/api/consent-links/new?tenantId=${NEWCOMER.domain}"`,
    '  and open the "url" of the answer; the browser warns, as the simulator signs its https itself. Accept there.',
    '',
    `Every ${every} s the schedule polls ${formatCount(tenants, 'tenant')}; ${changes}.`,
    'Ctrl-C stops everything and keeps the data; npm start -- --fresh starts over, --help lists the options.',
  ];
}
