import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What `npm run bench -- --save` has kept of a section. */
interface Saved<Figures> {
  machine: { cpu: string; cores: number; memoryGiB: number; node: string; load: number };
  size: string;
  rounds: number;
  figures: Figures;
}

type Row = Readonly<Record<string, number | string>>;
interface Tick extends Row {
  cpuMsPerPoll: number;
}

interface Performance {
  firstRead?: Saved<Row>;
  oneTenant?: Saved<Row>;
  steadyState?: Saved<{ tenants: number; nothingNew: Tick; someChanged: Tick }>;
  memory?: Saved<{ sizes: Row[]; largestOverSmallest: number }>;
  lists?: Saved<{ query: string; sizes: Row[]; largestOverSmallest: Row }[]>;
  board?: Saved<Row>;
  coldStart?: Saved<Row>;
  workers?: Saved<Row>;
}

const FILE = fileURLToPath(new URL('../../docs/performance.json', import.meta.url));

const toTable = (header: readonly string[], rows: readonly (readonly (string | number | undefined)[])[]): string =>
  [header, header.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell ?? '–').join(' | ')} |`)
    .join('\n');

function describe<Figures>({ machine, size, rounds }: Saved<Figures>): string {
  const { cpu, cores, memoryGiB, node, load } = machine;
  const runs = rounds === 1 ? '1 run' : `medians of ${rounds} runs`;
  return `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}; load ${load}; sizes: ${size}, ${runs}.`;
}

/** Figures of a section by their names, each with what it means. */
function toSection(saved: Saved<Row> | undefined, meanings: Readonly<Record<string, string>>): string {
  if (saved === undefined) return 'Not measured yet.';
  const rows = Object.entries(meanings).map(([name, meaning]) => [meaning, saved.figures[name]]);
  return `${toTable(['what', 'figure'], rows)}\n\n${describe(saved)}`;
}

const FIRST_READ = {
  fleet: 'customers × incidents',
  rowsPerIncident: 'rows an incident',
  wallSeconds: 'time, s',
  cpuMsPerIncident: 'CPU an incident, ms',
  floorCpuMsPerIncident: 'CPU an incident of the floor, ms',
  floorOverOurs: 'time of the floor / ours',
  cpuOverFloor: 'CPU / CPU of the floor',
  againstUsual: 'incidents a second / the usual way',
  againstUsualPerRow: 'rows a second / the usual way',
  peakMiB: 'peak memory, MiB',
  floorPeakMiB: 'peak memory of the floor, which holds the rows, MiB',
};

function readPerformance(): Performance {
  return JSON.parse(readFileSync(FILE, 'utf8')) as Performance;
}

export const firstReadTable = (): string => toSection(readPerformance().firstRead, FIRST_READ);

export const oneTenantTable = (): string => toSection(readPerformance().oneTenant, FIRST_READ);

export function steadyStateTable(): string {
  const { steadyState: saved } = readPerformance();
  if (saved === undefined) return 'Not measured yet.';
  const { tenants, nothingNew, someChanged } = saved.figures;
  const meanings: Readonly<Record<string, string>> = {
    calls: 'calls a poll',
    tableRequests: 'table requests a poll, those of the tick included',
    messages: 'messages a tick',
    cpuMsPerPoll: 'CPU a poll, ms',
    cpuMsPerBareGet: 'CPU of a bare GET, ms',
    cpuOverBareGet: 'CPU / CPU of a bare GET',
    cpuMsPerLeastPoll: 'CPU of a GET, a read of a row and a transaction by themselves, ms',
    cpuOverLeastPoll: 'CPU / CPU of these three',
  };
  const rows = Object.entries(meanings).map(([name, meaning]) => [meaning, nothingNew[name], someChanged[name]]);
  return `${toTable([`${tenants} customers`, 'nothing new', '2 % changed'], rows)}\n\n${describe(saved)}`;
}

export function memoryTable(): string {
  const { memory: saved } = readPerformance();
  if (saved === undefined) return 'Not measured yet.';
  const { sizes, largestOverSmallest } = saved.figures;
  const rows = sizes.map(({ incidents, peakMiB }) => [incidents, peakMiB]);
  const table = toTable(['incidents of the customer', 'peak memory, MiB'], rows);
  return `${table}\n\nLargest / smallest: ${largestOverSmallest}. ${describe(saved)}`;
}

export function listsTable(): string {
  const { lists: saved } = readPerformance();
  if (saved === undefined) return 'Not measured yet.';
  const rows = saved.figures.map(({ query, sizes, largestOverSmallest }) => [
    `\`${query}\``,
    ...sizes.map(({ incidents, requests, ms }) => `${requests} requests, ${ms} ms (${incidents})`),
    `${largestOverSmallest['requests']}, ${largestOverSmallest['ms']}`,
  ]);
  const table = toTable(['query', 'few incidents', 'many incidents', 'many / few: requests, time'], rows);
  return `${table}\n\n${describe(saved)}`;
}

export const boardTable = (): string =>
  toSection(readPerformance().board, {
    fleet: 'customers × incidents',
    open: 'open incidents',
    firstRowsMs: 'first rows after the files are there, ms',
    allRowsMs: 'all rows after the files are there, ms',
    filterMs: 'slowest of a search, a severity and two orders, ms',
    trendMs: 'trend, ms',
    handoverMs: 'hand-over after a first read of all of them, ms',
    heapMiB: 'heap of the tab after these views, MiB',
  });

export const coldStartTable = (): string =>
  toSection(readPerformance().coldStart, {
    functions: 'functions',
    wallMs: 'time from start to all functions loaded, ms',
    emptyWallMs: 'the same of as many empty functions, ms',
    wallOverEmpty: 'time / empty',
    cpuOverEmpty: 'CPU / empty',
  });

export const workersTable = (): string =>
  toSection(readPerformance().workers, {
    tenants: 'customers',
    sourceDelayMs: 'delay of the source, ms',
    pollsPerSecondOfOne: 'polls a second, 1 process',
    pollsPerSecondOfTwo: 'polls a second, 2 processes',
    twoOverOne: '2 / 1',
  });
