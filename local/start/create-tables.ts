import { TableClient } from '@azure/data-tables';

const TABLES = ['Incidents', 'Tenants', 'ConsentRequests', 'Audit', 'CommandOutcomes'];

/** In Azure the tables are part of the infrastructure; the app never makes them. The host makes the queues. */
export async function createTables(connectionString: string): Promise<void> {
  await Promise.all(
    TABLES.map((name) =>
      TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true }).createTable(),
    ),
  );
}
