import { parseArgs } from 'node:util';
import { SOURCE_CHOICES, type SourceChoice } from '../../../shared/domain/incidents/incident.ts';
import { parseFailure } from './parse-failure.ts';

export interface StartOptions {
  /** Undefined: as the data folder has it, else the default. */
  readonly tenants: number | undefined;
  readonly incidents: number | undefined;
  readonly seed: number | undefined;
  /** Changes a minute, of all tenants together. */
  readonly churn: number;
  /** Seconds between two ticks of the schedule. */
  readonly every: number;
  /** Where customers are read from; those of an earlier start keep theirs. */
  readonly source: SourceChoice;
  /** The simulated Defender API ends so long after the start; `undefined`: never. */
  readonly retireDefenderAfterMs: number | undefined;
  /** 0: any free one. */
  readonly port: number;
  readonly folder: string;
  readonly isFresh: boolean;
}

export const DEFAULTS = {
  tenants: 6,
  incidents: 180,
  seed: 1,
  churn: 6,
  every: 20,
  port: 7071,
  folder: '.local',
} as const;

const RANGES = {
  tenants: [1, 500],
  incidents: [0, 20_000],
  seed: [0, 4_294_967_295],
  churn: [0, 600],
  every: [5, 59],
  port: [0, 65_535],
} as const;

/** Azurite keeps all rows in memory and saves them as one text; with more, each saving and the stop take many seconds. */
const MAX_INCIDENTS = 10_000;

export const START_HELP = `npm start -- [options]     runs the whole collector on this machine, with a simulated Microsoft cloud

  --tenants N      simulated customers (${DEFAULTS.tenants})
  --incidents N    incidents that each of them has at first (${DEFAULTS.incidents}); of all together at most ${MAX_INCIDENTS}
  --seed N         other numbers invent other customers (${DEFAULTS.seed})
  --churn N        changes a minute, of all customers together (${DEFAULTS.churn})
  --every N        seconds between two ticks of the schedule (${DEFAULTS.every})
  --source NAME    where the customers are read from: defender (default), graph or auto
  --retire-defender-after TIME  plays the end of the Defender API, such as 2m or 90s after the start; --source auto with it
  --port N         port of the HTTP API (${DEFAULTS.port}; 0: any free one); all other ports are chosen free
  --data DIR       where everything is kept between two starts (${DEFAULTS.folder})
  --fresh          forgets what is kept there and starts over
  --help           this text

Ctrl-C stops everything and keeps the data.`;

/** Reads the command line; `undefined` when help is asked for. */
export function readStartOptions(args: readonly string[], env: NodeJS.ProcessEnv = {}): StartOptions | undefined {
  refuseLost(env);
  const values = parse(args);
  if (values.help === true) return undefined;
  const options = {
    tenants: readNumber('tenants', values.tenants),
    incidents: readNumber('incidents', values.incidents),
    seed: readNumber('seed', values.seed),
    churn: readNumber('churn', values.churn) ?? DEFAULTS.churn,
    every: readNumber('every', values.every) ?? DEFAULTS.every,
    source: readSource(values.source ?? (values['retire-defender-after'] === undefined ? 'defender' : 'auto')),
    retireDefenderAfterMs: readDuration(values['retire-defender-after']),
    port: readNumber('port', values.port) ?? DEFAULTS.port,
    folder: readFolder(values.data),
    isFresh: values.fresh === true,
  };
  refuseTooMany(options);
  return options;
}

/** Without `--` before them npm takes options for its own, and the demo would start as if there were none. */
function refuseLost(env: NodeJS.ProcessEnv): void {
  const lost = ['tenants', 'incidents', 'seed', 'churn', 'every', 'source', 'retire-defender-after', 'fresh'].find(
    (name) => `npm_config_${name.replaceAll('-', '_')}` in env,
  );
  if (lost !== undefined)
    throw new Error(
      `Cannot use --${lost} as npm has kept it for itself: write npm start -- --${lost} with "--" before it`,
    );
}

function refuseTooMany({ tenants = DEFAULTS.tenants, incidents = DEFAULTS.incidents }: Partial<StartOptions>): void {
  if (tenants * incidents <= MAX_INCIDENTS) return;
  throw new Error(
    `Cannot start with --tenants ${tenants} and --incidents ${incidents} as Azurite keeps about ${MAX_INCIDENTS} incidents at most: choose smaller numbers`,
  );
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    tenants: text,
    incidents: text,
    seed: text,
    churn: text,
    every: text,
    source: text,
    'retire-defender-after': text,
    port: text,
    data: text,
  } as const;
  try {
    return parseArgs({ args: [...args], options: { ...options, fresh: flag, help: flag } }).values;
  } catch (cause) {
    throw parseFailure(cause, 'npm start');
  }
}

/** An empty name would be the folder that the command runs in, which is that of the project. */
function readFolder(folder: string = DEFAULTS.folder): string {
  if (folder.trim() !== '') return folder;
  throw new Error(`Cannot use --data as it must name a folder: current value is "${folder}"`);
}

function readSource(text: string): SourceChoice {
  const choice = SOURCE_CHOICES.find((known) => known === text);
  if (choice !== undefined) return choice;
  throw new Error(`Cannot use --source as it must be defender, graph or auto: current value is "${text}"`);
}

/** At most a day: a longer wait ends with the demo. */
function readDuration(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, count = '', unit] = /^(\d{1,5})([sm])$/.exec(text) ?? [];
  const seconds = Number(count) * (unit === 'm' ? 60 : 1);
  if (unit !== undefined && seconds <= 86_400) return seconds * 1_000;
  throw new Error(
    `Cannot use --retire-defender-after as it must be a time such as 2m or 90s, at most a day: current value is "${text}"`,
  );
}

function readNumber(name: keyof typeof RANGES, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [min, max] = RANGES[name];
  const number = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
  if (number >= min && number <= max) return number;
  throw new Error(
    `Cannot use --${name} as it must be a whole number from ${min} to ${max}: current value is "${text}"`,
  );
}
