import { startScenarioCloud } from '../scenarios/cloud/scenario-cloud.ts';
import { openNaivePoller } from './naive-poller.ts';
import { openOurCollector } from './our-collector.ts';
import { runConformance, type Score } from './run-conformance.ts';

const HELP = `Plays named dangers to a collector and counts what it lost, kept stale, passed on twice, and how often it called.

  npm run conformance               this collector, on the Defender API and on Microsoft Graph
  npm run conformance -- --naive    a poller as they are commonly written, for comparison

The last line is one JSON object; the exit code is 1 when something was lost, stale or passed on twice.`;

const row = (cells: readonly (string | number)[]): string =>
  cells
    .map((cell, place) => (place === cells.length - 1 ? String(cell) : String(cell).padEnd(place === 0 ? 3 : 12)))
    .join('');

const toLine = ({ title: _title, ...score }: Score): Omit<Score, 'title'> => score;

const isNaive = process.argv.includes('--naive');
if (process.argv.includes('--help')) console.log(HELP);
else await run();

async function run(): Promise<void> {
  const cloud = await startScenarioCloud('memory');
  const open = isNaive ? openNaivePoller : openOurCollector;
  const scores = [...(await runConformance(cloud, open, 'defender')), ...(await runConformance(cloud, open, 'graph'))];
  await cloud.stop();
  console.log(row(['', 'source', 'lost', 'stale', 'twice', 'calls', 'idle calls', 'scenario']));
  for (const { letter, source, lost, stale, duplicates, calls, idleCalls, title } of scores)
    console.log(row([letter, source, lost, stale, duplicates, calls, idleCalls, title]));
  const sum = (name: 'lost' | 'stale' | 'duplicates'): number =>
    scores.reduce((total, score) => total + score[name], 0);
  const [lost, stale, duplicates] = [sum('lost'), sum('stale'), sum('duplicates')];
  console.log(
    JSON.stringify({ collector: isNaive ? 'naive' : 'ours', lost, stale, duplicates, scenarios: scores.map(toLine) }),
  );
  process.exitCode = lost + stale + duplicates === 0 ? 0 : 1;
}
