import { TableClient } from '@azure/data-tables';

const TABLES = ['Incidents', 'Tenants', 'ConsentRequests', 'Audit', 'CommandOutcomes'];

/** In Azure the tables are part of the infrastructure. In an emulator the app makes each at first need; here all are there at once. */
export async function createTables(connectionString: string): Promise<void> {
  await Promise.all(
    TABLES.map((name) =>
      TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true }).createTable(),
    ),
  );
}
