import type { TenantView } from '../../../shared/domain/views/tenant-view.ts';
import { formatCount, formatSeconds } from './format-text.ts';

/** How far the first read of one tenant is. */
export interface ReadProgress {
  readonly tenantId: string;
  readonly name: string;
  readonly state: 'waiting' | 'reading' | 'done' | 'failed';
  readonly percent: number;
  readonly stored: number;
  readonly etaSeconds: number | null;
  readonly problem: string | null;
}

const BAR_WIDTH = 24;

export function toReadProgress(tenant: TenantView): ReadProgress {
  const { tenantId, displayName, storedIncidents: stored, backfill, lastError } = tenant;
  const state = stateOf(tenant);
  return {
    tenantId,
    name: displayName ?? tenantId,
    state,
    percent: state === 'done' ? 100 : (backfill?.percent ?? 0),
    stored,
    etaSeconds: backfill?.etaSeconds ?? null,
    problem: state === 'failed' && lastError !== null ? `${lastError.message}. ${lastError.action}` : null,
  };
}

function stateOf({ backfill, completeThrough, lastError, storedIncidents, status }: TenantView): ReadProgress['state'] {
  if (lastError !== null || status === 'paused') return 'failed';
  if (backfill === null && completeThrough !== null) return 'done';
  return backfill === null && storedIncidents === 0 ? 'waiting' : 'reading';
}

/** `[######------]` */
export function progressBar(percent: number, width: number): string {
  const filled = Math.floor((Math.min(Math.max(percent, 0), 100) / 100) * width);
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}]`;
}

export function progressLine(progress: ReadProgress, nameWidth: number): string {
  const name = progress.name.slice(0, nameWidth).padEnd(nameWidth);
  const percent = `${progress.percent}%`.padStart(4);
  const stored = formatCount(progress.stored, 'incident').padStart(15);
  return `${name}  ${progressBar(progress.percent, BAR_WIDTH)} ${percent} ${stored}  ${describeState(progress)}`;
}

function describeState({ state, etaSeconds, problem }: ReadProgress): string {
  switch (state) {
    case 'waiting':
      return 'waits for its turn';
    case 'reading':
      return describeEta(etaSeconds) ?? 'reading';
    case 'done':
      return 'complete';
    case 'failed':
      return problem ?? 'paused';
  }
}

function describeEta(etaSeconds: number | null): string | undefined {
  return etaSeconds === null || etaSeconds < 1 ? undefined : `about ${formatSeconds(etaSeconds)} left`;
}

/** All tenants in one line. */
export function progressSummary(tenants: readonly ReadProgress[]): string {
  const done = tenants.filter(({ state }) => state === 'done').length;
  const stored = tenants.reduce((sum, tenant) => sum + tenant.stored, 0);
  const failed = tenants.filter(({ state }) => state === 'failed').length;
  const etas = tenants.filter(({ state }) => state === 'reading').map(({ etaSeconds }) => etaSeconds ?? 0);
  const parts = [
    `First read: ${done} of ${formatCount(tenants.length, 'tenant')} complete`,
    `${formatCount(stored, 'incident')} stored`,
    failed > 0 ? `${failed} failed` : undefined,
    describeEta(Math.max(0, ...etas) || null),
  ];
  return parts.filter((part) => part !== undefined).join(', ');
}

/** True when nothing of the first read is left to wait for. */
export function isFirstReadOver(tenants: readonly ReadProgress[]): boolean {
  return tenants.every(({ state }) => state === 'done' || state === 'failed');
}

const STEP_PERCENT = 10;

/** Tenants whose line is worth repeating where lines cannot be redrawn. */
export function listChanged(before: ReadonlyMap<string, ReadProgress>, now: readonly ReadProgress[]): ReadProgress[] {
  return now.filter((progress) => {
    const known = before.get(progress.tenantId);
    if (known === undefined) return progress.state !== 'waiting';
    return known.state !== progress.state || progress.percent - known.percent >= STEP_PERCENT;
  });
}
