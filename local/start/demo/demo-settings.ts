import { readFile, writeFile } from 'node:fs/promises';
import { PLATFORM_SETTING_NAMES, SETTING_NAMES } from '../../../shared/settings/setting-names.ts';

export interface DemoSettingsInput {
  readonly clientId: string;
  readonly homeTenantId: string;
  readonly simulator: {
    readonly url: string;
    readonly vaultUrl: string;
    readonly identityEndpoint: string;
    readonly identityHeader: string;
  };
  readonly connectionString: string;
  readonly publicUrl: string;
  readonly caFile: string;
  readonly source: string;
  /** Between two ticks of the schedule. */
  readonly tickSeconds: number;
}

export interface RunningDemo {
  readonly pid: number;
  readonly url: string;
}

/** What the app is configured with; only addresses differ from Azure. */
export function buildDemoSettings(input: DemoSettingsInput): Record<string, string> {
  const { simulator } = input;
  return {
    PARTNER_CLIENT_ID: input.clientId,
    PARTNER_TENANT_ID: input.homeTenantId,
    KEY_VAULT_URL: simulator.vaultUrl,
    AUTHORITY_HOST: simulator.url,
    DEFENDER_URL: simulator.url,
    GRAPH_URL: simulator.url,
    INCIDENT_SOURCE: input.source,
    IncidentStorage: input.connectionString,
    COLLECT_SCHEDULE: `*/${input.tickSeconds} * * * * *`,
    PUBLIC_URL: input.publicUrl,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
    NODE_EXTRA_CA_CERTS: input.caFile,
  };
}

/** The settings, and nothing of what the machine may have for a real cloud. */
export function buildHostEnvironment(
  settings: Readonly<Record<string, string>>,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const foreign = [
    ...SETTING_NAMES,
    ...PLATFORM_SETTING_NAMES,
    ...Object.keys(env).filter((name) => /^(AZURE|MSI|IDENTITY)_/i.test(name)),
  ];
  return { ...Object.fromEntries(foreign.map((name) => [name, undefined])), ...settings };
}

/** In the form of `local.settings.json`, for `npm run collect -- --demo` and for Core Tools. */
export async function saveDemoSettings(
  file: string,
  Values: Readonly<Record<string, string>>,
  Demo: RunningDemo,
): Promise<void> {
  await writeFile(file, `${JSON.stringify({ IsEncrypted: false, Values, Demo }, null, 2)}\n`, { mode: 0o600 });
}

/** On a busy machine an answer takes seconds, and a demo that is not found would be started twice. */
const ANSWER_LIMIT_MS = 10_000;

/** The demo that wrote this file, if it still runs: its process and its address must both answer. */
export async function findRunningDemo(file: string): Promise<RunningDemo | undefined> {
  const demo = await readFile(file, 'utf8').then(readRunningDemo, () => undefined);
  if (demo === undefined || demo.pid === process.pid || !isAlive(demo.pid)) return undefined;
  const answer = await fetch(`${demo.url}/api/tenants?pageSize=1`, {
    signal: AbortSignal.timeout(ANSWER_LIMIT_MS),
  }).catch(() => undefined);
  return answer === undefined ? undefined : demo;
}

function readRunningDemo(text: string): RunningDemo | undefined {
  try {
    const { Demo } = JSON.parse(text) as { Demo?: Partial<RunningDemo> };
    return typeof Demo?.pid === 'number' && typeof Demo.url === 'string' ? { pid: Demo.pid, url: Demo.url } : undefined;
  } catch {
    return undefined; // cut off by a crash, so nobody's
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
