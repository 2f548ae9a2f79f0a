import type { ReadProgress } from './read-progress.ts';
import { isFirstReadOver, listChanged, progressLine, progressSummary } from './read-progress.ts';
import type { Screen } from './screen.ts';

export interface FirstReadParts {
  readonly screen: Screen;
  readonly list: () => Promise<ReadProgress[]>;
  /** Waits; answers false when everything is being stopped. */
  readonly pause: (ms: number) => Promise<boolean>;
}

const REDRAW_MS = 500;
const LINES_MS = 2_000;
/** More tenants than this are shown as a sum only, where lines cannot be redrawn. */
const MAX_LINES_AT_ONCE = 10;
const NAME_WIDTH = 20;

/** Shows the first read until it is over for all tenants; when it was over before, in one line. */
export async function showFirstRead({ screen, list, pause }: FirstReadParts): Promise<void> {
  const show = screen.isLive ? showBlock(screen) : showLines(screen);
  for (let isFirst = true; ; isFirst = false) {
    let problem: string | undefined;
    const tenants = await list().catch((error: unknown) => {
      problem = error instanceof Error ? error.message : String(error);
      return undefined;
    });
    const isOver = tenants !== undefined && isFirstReadOver(tenants);
    if (isOver && isFirst) screen.line(progressSummary(tenants));
    else if (tenants !== undefined) show(tenants);
    // While everything is being stopped a list that fails is no news.
    if (isOver || !(await pause(screen.isLive ? REDRAW_MS : LINES_MS))) break;
    if (problem !== undefined) screen.line(problem);
  }
  screen.block();
}

function showBlock(screen: Screen): (tenants: readonly ReadProgress[]) => void {
  return (tenants) => {
    // What is being read is what somebody waits for.
    const shown = [...tenants].sort((a, b) => Number(a.state === 'done') - Number(b.state === 'done'));
    const fitting = tenants.length < screen.maxBlockLines ? tenants : shown.slice(0, screen.maxBlockLines - 1);
    screen.block([...fitting.map((tenant) => progressLine(tenant, NAME_WIDTH)), progressSummary(tenants)]);
  };
}

function showLines(screen: Screen): (tenants: readonly ReadProgress[]) => void {
  const before = new Map<string, ReadProgress>();
  let summary = '';
  return (tenants) => {
    const changed = listChanged(before, tenants);
    for (const tenant of changed) before.set(tenant.tenantId, tenant);
    if (tenants.length <= MAX_LINES_AT_ONCE)
      for (const tenant of changed) screen.line(progressLine(tenant, NAME_WIDTH));
    if (summary !== progressSummary(tenants)) screen.line((summary = progressSummary(tenants)));
  };
}
