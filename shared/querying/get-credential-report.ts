import {
  CREDENTIAL_KEY,
  readReportRow,
  RUN_PARTITION,
  type CredentialReport,
} from '../domain/collection/credential-report.ts';
import type { Table } from '../ports/table.ts';

/** What the workers last said about the app's credential; `undefined` before the first one has used it. */
export async function getCredentialReport(incidents: Table): Promise<CredentialReport | undefined> {
  const row = await incidents.get(RUN_PARTITION, CREDENTIAL_KEY);
  return row === undefined ? undefined : readReportRow(row.properties);
}
