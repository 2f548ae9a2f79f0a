import { parseArgs } from 'node:util';
import { readTenantId, type TenantId } from '../../shared/domain/values/tenant-id.ts';
import { readTicks, type Ticks } from '../../shared/domain/values/ticks.ts';
import { parseFailure } from '../start/demo/parse-failure.ts';

export interface CollectOptions {
  readonly tenantId: TenantId;
  /** From when on everything is read again; undefined: only what is new. */
  readonly since: Ticks | undefined;
  /** Take the settings of the demo that runs on this folder. */
  readonly demoFolder: string | undefined;
}

export const COLLECT_HELP = `npm run collect -- --tenant ID [options]     polls one tenant once, beside the schedule

  --tenant ID      tenant id of a registered tenant
  --since TIME     reads again what was updated since then, such as 2026-11-01 or 2026-11-01T08:30:00Z (UTC)
  --demo           with the settings of the demo that npm start runs
  --data DIR       the demo's folder (.local)
  --help           this text

Without --demo the settings are those of the environment and, for what is not set there, of local.settings.json.`;

/** Reads the command line; `undefined` when help is asked for. */
export function readCollectOptions(args: readonly string[]): CollectOptions | undefined {
  const values = parse(args);
  if (values.help === true) return undefined;
  return {
    tenantId: readTenant(values.tenant),
    since: values.since === undefined ? undefined : readSince(values.since),
    demoFolder: values.demo === true || values.data !== undefined ? (values.data ?? '.local') : undefined,
  };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { tenant: text, since: text, data: text, demo: flag, help: flag } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    throw parseFailure(cause, 'npm run collect');
  }
}

function readTenant(text: string | undefined): TenantId {
  if (text === undefined) throw new Error('Cannot collect without a tenant: npm run collect -- --tenant ID');
  const tenantId = readTenantId(text);
  if (tenantId === undefined)
    throw new Error(`Cannot use --tenant as it must be a tenant id (a GUID): current value is "${text}"`);
  return tenantId;
}

function readSince(text: string): Ticks {
  const since = readTicks(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00Z` : text);
  if (since !== undefined) return since;
  throw new Error(
    `Cannot use --since as it must be a date or an ISO 8601 time such as 2026-11-01T08:30:00Z: current value is "${text}"`,
  );
}
