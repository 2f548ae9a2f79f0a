import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const run = promisify(execFile);
const FILE = new URL('../../shared/adapters/machine/keep-heap-small.ts', import.meta.url).href;

/** Keeps some 40 MB, and makes a gigabyte of what lives as long as a page does; prints the most that the heap held, in MB. */
const CHURN = `
const { getHeapStatistics } = await import('node:v8');
const make = () => Array.from({ length: 1_000 }, (_, at) => ({ at, text: 'x' + at }));
const pages = [];
let most = 0;
for (let made = 0; made < 16_000; made += 1) {
  pages[made % 600] = make();
  if (made % 50 === 0) most = Math.max(most, getHeapStatistics().used_heap_size / 2 ** 20);
}
console.log(most);
`;

/** The less of two runs: on a busy machine a collection may come late. */
async function mostHeap(first: string): Promise<number> {
  let least = Infinity;
  for (let time = 0; time < 2; time += 1) {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', first + CHURN]);
    least = Math.min(least, Number(stdout));
  }
  return least;
}

test('keepHeapSmall() collects what lived as long as a page before there is much of it', async () => {
  const plain = await mostHeap('');
  const kept = await mostHeap(`const { keepHeapSmall } = await import('${FILE}'); keepHeapSmall();`);

  expect(kept).toBeLessThan(plain * 0.9);
});
