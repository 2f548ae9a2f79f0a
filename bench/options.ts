import { parseArgs } from 'node:util';

export const BENCH_HELP = `Measures how far the collector is from the least that its work can cost.

  npm run bench [-- --quick] [-- --json] [-- --only SECTION] [-- --rounds N] [-- --save]

--quick        smaller fleets, some minutes on an idle machine
--json         nothing but the last line, which is one JSON object in any case
--only NAME    one section, or several: firstRead, oneTenant, steadyState, memory, lists, board, coldStart, workers
--rounds N     instead of five; the memory of a large read hardly differs from run to run
--save         keeps the figures in docs/performance.json, from which \`npm run docs\` makes the tables of docs/performance.md
--tiny         only to see that it runs

Simulator and storage emulator run in processes of their own. Every ratio is of two things measured one after the other; figures are
medians. BENCH_PROFILE=FOLDER leaves a profile of each process there.`;

export type SectionName =
  'firstRead' | 'oneTenant' | 'steadyState' | 'memory' | 'lists' | 'board' | 'coldStart' | 'workers';

/** How much of everything one run measures. */
export interface BenchSizes {
  rounds: number;
  firstRead: { tenants: number; incidents: number };
  oneTenant: number;
  steadyTenants: number;
  memory: readonly number[];
  lists: readonly number[];
  /** Incidents, of which seven of ten are open. */
  board: { tenants: number; incidents: number };
  workerTenants: number;
}

const SIZES = {
  full: {
    rounds: 5,
    firstRead: { tenants: 40, incidents: 200 },
    oneTenant: 10_000,
    steadyTenants: 1_000,
    memory: [10_000, 100_000],
    lists: [10_000, 200_000],
    board: { tenants: 40, incidents: 10_000 },
    workerTenants: 400,
  },
  quick: {
    rounds: 5,
    firstRead: { tenants: 16, incidents: 25 },
    oneTenant: 300,
    steadyTenants: 80,
    memory: [500, 2_000],
    lists: [2_000, 10_000],
    board: { tenants: 40, incidents: 10_000 },
    workerTenants: 100,
  },
  tiny: {
    rounds: 1,
    firstRead: { tenants: 2, incidents: 5 },
    oneTenant: 12,
    steadyTenants: 4,
    memory: [10],
    lists: [100, 200],
    board: { tenants: 2, incidents: 200 },
    workerTenants: 4,
  },
} as const satisfies Record<string, BenchSizes>;

export interface BenchOptions {
  size: keyof typeof SIZES;
  sizes: BenchSizes;
  isJsonOnly: boolean;
  isSaved: boolean;
  /** None: all. */
  only: readonly string[];
}

/** `undefined`: help is asked for. */
export function readBenchOptions(args: string[]): BenchOptions | undefined {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      tiny: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      save: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
    },
  });
  if (values.help) return undefined;
  const size = values.tiny ? 'tiny' : values.quick ? 'quick' : 'full';
  const rounds = readRounds(values.rounds) ?? SIZES[size].rounds;
  return { size, sizes: { ...SIZES[size], rounds }, isJsonOnly: values.json, isSaved: values.save, only: values.only };
}

function readRounds(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d?$/.test(text)) throw new Error(`--rounds is a number from 1 to 99: current value is "${text}"`);
  return Number(text);
}
