import { parseArgs } from 'node:util';
import { listChecks } from './azure-check/list-checks.ts';
import { readCheckedPlaces } from './azure-check/read-places.ts';
import { runChecks } from './azure-check/run-checks.ts';

const HELP = `Tries what the deployed app does with storage and vault, with the rights of whoever runs it, and leaves nothing behind.

  npm run azure:check -- --account NAME [--vault NAME]   as the Azure CLI, or the identity of this machine, is signed in
  npm run azure:check                                    with the app's own settings (IncidentStorage…, KEY_VAULT_URL)

  --as ROLE          all (default), collector or portal: whose rights are tried
  --identity ID      client id of a user-assigned identity that this machine has
  --secret NAME      of the secret or certificate in the vault, default partner-app-secret
  --us-government    the account is in Azure Government

One line a step; a failed one says which role at which scope is missing. Ends with 1 when a step failed, with 2 when nothing
could be tried. docs/deploy.md says how to run it with the rights of the deployed identities.`;

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 2;
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean', default: false },
      account: { type: 'string' },
      vault: { type: 'string' },
      secret: { type: 'string' },
      identity: { type: 'string' },
      as: { type: 'string', default: 'all' },
      'us-government': { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const failed = await runChecks(listChecks(readCheckedPlaces(values, process.env)), (line) => {
    console.log(line);
  });
  console.log(failed === 0 ? 'Everything that the app needs works' : `${failed} of the steps failed`);
  return failed === 0 ? 0 : 1;
}
