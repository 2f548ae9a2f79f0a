/**
 * Every right in Azure that a deployment gives. Ids: learn.microsoft.com/azure/role-based-access-control/built-in-roles/storage
 * (and …/security, …/monitor). docs/security.md says why each is there.
 */
export const ROLE_IDS: Readonly<Record<string, string>> = {
  'Storage Blob Data Owner': 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
  'Storage Queue Data Contributor': '974c5e8b-45b9-4653-ba55-5f855dd0fb88',
  'Storage Queue Data Message Sender': 'c6a89b2d-59bc-44d0-9896-0f6e12d7b80a',
  'Storage Table Data Contributor': '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3',
  'Storage Table Data Reader': '76199698-9eea-4c19-bc75-cec21354c6b6',
  'Key Vault Secrets User': '4633458b-17de-408a-b874-0445c86b69e6',
  'Monitoring Metrics Publisher': '3913510d-42f4-4e42-8a64-420c390055eb',
};

export interface Right {
  principal: 'id-collector' | 'id-portal';
  role: string;
  /** A whole resource, or one table or queue of the data account. */
  scope: string;
}

const COLLECTOR: readonly Right[] = [
  ...['Incidents', 'Tenants', 'ConsentRequests', 'Audit', 'CommandOutcomes'].map((table) =>
    right('id-collector', 'Storage Table Data Contributor', `stdata/tables/${table}`),
  ),
  ...['collect-tenants', 'collect-slow-tenants', 'tenant-commands', 'purge-tenants', 'clean-up']
    .flatMap((queue) => [queue, `${queue}-poison`])
    .map((queue) => right('id-collector', 'Storage Queue Data Contributor', `stdata/queues/${queue}`)),
  right('id-collector', 'Storage Blob Data Owner', 'stcollect'),
  right('id-collector', 'Monitoring Metrics Publisher', 'appi'),
];

const PORTAL: readonly Right[] = [
  ...['Incidents', 'CommandOutcomes'].map((table) =>
    right('id-portal', 'Storage Table Data Reader', `stdata/tables/${table}`),
  ),
  ...['Tenants', 'ConsentRequests', 'Audit'].map((table) =>
    right('id-portal', 'Storage Table Data Contributor', `stdata/tables/${table}`),
  ),
  right('id-portal', 'Storage Queue Data Message Sender', 'stdata/queues/tenant-commands'),
  right('id-portal', 'Storage Blob Data Owner', 'stportal'),
  right('id-portal', 'Monitoring Metrics Publisher', 'appi'),
];

/** The identity that the partner app trusts has no right in Azure at all. */
export function listRights({ hasPortal, hasSecret }: { hasPortal: boolean; hasSecret: boolean }): Right[] {
  return [
    ...COLLECTOR,
    ...(hasPortal ? PORTAL : []),
    ...(hasSecret ? [right('id-collector', 'Key Vault Secrets User', 'kv')] : []),
  ];
}

function right(principal: Right['principal'], role: string, scope: string): Right {
  return { principal, role, scope };
}
