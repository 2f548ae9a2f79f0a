import { DEFAULTS, type StartOptions } from './start-options.ts';

/** What the simulator needs to invent the same customers and incidents again. */
export interface DemoRecord {
  readonly seed: number;
  readonly tenants: number;
  /** Of each tenant. */
  readonly incidents: number;
  /** The moment that "now" was when they were invented. */
  readonly inventedAt: string;
  /** Of what was invented; another version of the simulator invents something else. */
  readonly fingerprint: string;
}

type Plan = Omit<DemoRecord, 'fingerprint'>;

/** What to invent: what the folder holds, else what the options say. What contradicts stored incidents is refused. */
export function planDemo(kept: DemoRecord | undefined, options: StartOptions, now: Date): Plan {
  const { seed, tenants, incidents } = { ...DEFAULTS, ...kept };
  const inventedAt = kept?.inventedAt ?? now.toISOString();
  if (kept !== undefined) refuseOther(kept, options);
  return {
    seed: options.seed ?? seed,
    tenants: options.tenants ?? tenants,
    incidents: options.incidents ?? incidents,
    inventedAt,
  };
}

function refuseOther(kept: DemoRecord, options: StartOptions): void {
  for (const name of ['tenants', 'incidents', 'seed'] as const) {
    const wanted = options[name];
    if (wanted !== undefined && wanted !== kept[name])
      throw new Error(
        `Cannot start with --${name} ${wanted} as "${options.folder}" holds a demo with --${name} ${kept[name]}: leave the option out, or add --fresh to start over`,
      );
  }
}

/** Reads the text of `demo.json`; `undefined` when it is damaged. */
export function readDemoRecord(text: string): DemoRecord | undefined {
  const { seed, tenants, incidents, inventedAt, fingerprint } = parseObject(text);
  const isWhole =
    typeof seed === 'number' &&
    typeof tenants === 'number' &&
    typeof incidents === 'number' &&
    typeof inventedAt === 'string' &&
    !Number.isNaN(Date.parse(inventedAt)) &&
    typeof fingerprint === 'string';
  return isWhole ? { seed, tenants, incidents, inventedAt, fingerprint } : undefined;
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
