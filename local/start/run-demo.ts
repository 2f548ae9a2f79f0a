import { setTimeout } from 'node:timers/promises';
import type { StartOptions } from './demo/start-options.ts';
import { formatCount } from './screen/format-text.ts';
import { toReadProgress } from './screen/read-progress.ts';
import { readyText } from './screen/ready-text.ts';
import { planRetirement } from './retire-defender.ts';
import type { Screen } from './screen/screen.ts';
import { showFirstRead } from './screen/show-first-read.ts';
import { createTickReport, type TickReport } from './screen/tick-report.ts';
import { startDemo, type Demo } from './start-demo.ts';
import { createStopStack, type StopStack } from './stop-stack.ts';

export interface RunParts {
  readonly root: string;
  readonly screen: Screen;
  /** Aborted by Ctrl-C. */
  readonly stopping: AbortSignal;
}

const STOPPING =
  'Stopping: what runs has 10 s to finish, the rest goes on at the next start (Ctrl-C again ends it at once)';

/** Runs the demo until it is stopped, then stops what it started: the host first, so that nothing it does is cut off. */
export async function runDemo(options: StartOptions, { root, screen, stopping }: RunParts): Promise<void> {
  const stops = createStopStack();
  const stopped = new Promise<void>((resolve) => {
    stopping.addEventListener('abort', () => {
      resolve();
    });
  });
  try {
    await Promise.race([liveOn(options, { root, screen, stopping }, stops), stopped]);
  } finally {
    screen.block();
    if (stopping.aborted) screen.line(STOPPING);
    await stops.stopAll();
  }
  screen.line(`Stopped; the data is kept in ${options.folder}`);
}

async function liveOn(options: StartOptions, { root, screen, stopping }: RunParts, stops: StopStack): Promise<never> {
  const names = new Map<string, string>();
  const report = createTickReport({
    line: screen.line,
    nameOf: (tenantId) => names.get(tenantId) ?? tenantId,
    now: () => new Date(),
  });
  const demo = await startDemo(options, { root, stops, line: screen.line, log: report.record });
  for (const { tenantId, displayName } of demo.cloud.tenants) names.set(tenantId, displayName);
  const { url, cloud } = demo;
  const ready = {
    url,
    tenantId: cloud.tenants[0]?.tenantId ?? '',
    tenants: cloud.tenants.length,
    churn: options.churn,
    every: options.every,
  };
  for (const text of readyText(ready)) screen.line(text);
  startChurn(demo, options.churn, stops, screen);
  if (options.retireDefenderAfterMs !== undefined)
    stops.push(planRetirement(cloud, options.retireDefenderAfterMs, screen.line));
  const isOver = showReading(demo, report, screen, stopping);
  throw await Promise.race([demo.failed, isOver.then(() => demo.failed)]);
}

function startChurn({ cloud }: Demo, ratePerMinute: number, stops: StopStack, screen: Screen): void {
  if (ratePerMinute === 0) return;
  const timer = setInterval(() => {
    try {
      cloud.change();
    } catch (error) {
      clearInterval(timer);
      screen.line(`The customers change nothing any more: ${error instanceof Error ? error.message : String(error)}`);
    }
  }, 60_000 / ratePerMinute);
  stops.push(() => {
    clearInterval(timer);
  });
}

async function showReading(demo: Demo, report: TickReport, screen: Screen, stopping: AbortSignal): Promise<void> {
  await demo.tick().catch(() => undefined); // is logged, and the schedule tries again
  await showFirstRead({
    screen,
    list: async () => {
      const tenants = await demo.api.listTenants();
      stopping.throwIfAborted();
      return tenants.map(toReadProgress);
    },
    pause: (ms) => setTimeout(ms, true, { signal: stopping }).catch(() => false),
  });
  if (stopping.aborted) return;
  screen.line(`The schedule at work, one line a tick (${formatCount(demo.cloud.tenants.length, 'tenant')}):`);
  report.showTicks();
}
