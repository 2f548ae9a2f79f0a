import { startAzurite } from '../../local/services/azurite.ts';
import { createTables } from '../../local/start/demo/create-tables.ts';
import { median, rounded } from '../process/median.ts';
import { startProcess, type BenchProcess } from '../process/start-process.ts';
import type { QueryCost } from '../workers/lists-process.ts';
import { fileOf } from '../workers/programs.ts';

export interface ListFigures {
  query: string;
  sizes: { incidents: number; requests: number; ms: number }[];
  largestOverSmallest: { requests: number; ms: number };
}

/** Those of `GET /incidents`, then the board's trend and its hand-over after a first read of all of them. */
const QUERIES = [
  'pageSize=50',
  'open=true&pageSize=50',
  'severity=high&pageSize=50',
  'pageSize=500',
  '/trend?days=30',
  '/changes?foldFirstReads=true',
];

/** What a page of a list over all customers costs, by how many incidents the table has. Both tables are asked in turn. */
export async function measureLists(sizes: readonly number[], rounds: number): Promise<ListFigures[]> {
  const worlds: World[] = [];
  try {
    for (const incidents of sizes) worlds.push(await openWorld(incidents));
    const figures: ListFigures[] = [];
    for (const query of QUERIES) {
      const asked: ListFigures['sizes'] = [];
      for (const { incidents, ask } of worlds) {
        const costs = await ask(query, rounds);
        const middle = (of: (cost: QueryCost) => number): number => rounded(median(costs.map(of)));
        asked.push({ incidents, requests: middle(({ requests }) => requests), ms: middle(({ ms }) => ms) });
      }
      const [first, last] = [asked[0], asked.at(-1)];
      const ratio = (of: 'requests' | 'ms'): number => rounded((last?.[of] ?? 0) / (first?.[of] ?? 1));
      figures.push({ query, sizes: asked, largestOverSmallest: { requests: ratio('requests'), ms: ratio('ms') } });
    }
    return figures;
  } finally {
    for (const { stop } of worlds) await stop();
  }
}

interface World {
  incidents: number;
  ask(query: string, rounds: number): Promise<QueryCost[]>;
  stop(): Promise<void>;
}

async function openWorld(incidents: number): Promise<World> {
  const { connectionString, stop } = await startAzurite({ withoutQueues: true });
  await createTables(connectionString);
  const process: BenchProcess = startProcess(await fileOf('lists'));
  await process.ask('seed', { connectionString, incidents, tenants: 64, openOfTen: 1 });
  return {
    incidents,
    ask: (query, rounds) => process.ask('ask', { connectionString, query, rounds }),
    stop: async () => {
      await process.stop();
      await stop();
    },
  };
}
