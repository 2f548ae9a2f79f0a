import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';

export const SLA_SEVERITIES = ['high', 'medium', 'low'] as const;

/** How many hours after its creation an incident should be closed, by severity; informational ones have no limit. */
export type Sla = Readonly<Record<(typeof SLA_SEVERITIES)[number], number>>;

export const DEFAULT_SLA: Sla = { high: 4, medium: 24, low: 72 };
export const MOST_SLA_HOURS = 9_999;
const HOUR_MS = 3_600_000;

/** `4,24,72`; what is no number of hours is as it was at first. */
export function readSla(text: string): Sla {
  const hours = text.split(',').map(Number);
  const read = (index: number, otherwise: number): number => {
    const value = hours[index] ?? NaN;
    return Number.isInteger(value) && value >= 1 && value <= MOST_SLA_HOURS ? value : otherwise;
  };
  return { high: read(0, DEFAULT_SLA.high), medium: read(1, DEFAULT_SLA.medium), low: read(2, DEFAULT_SLA.low) };
}

export const writeSla = (sla: Sla): string => SLA_SEVERITIES.map((severity) => sla[severity]).join();

/** `undefined`: it has no limit, or nobody knows its creation. */
export function dueMs(
  { severity, createdTime }: Pick<ListedIncident, 'severity' | 'createdTime'>,
  sla: Sla,
): number | undefined {
  const limited = SLA_SEVERITIES.find((one) => one === severity);
  return limited === undefined || createdTime === null ? undefined : Date.parse(createdTime) + sla[limited] * HOUR_MS;
}
