import type { IncidentDetail } from '../../../shared/domain/views/incident-detail.ts';
import { formatDuration } from '../model/format-time.ts';
import { countOf } from '../model/words.ts';
import { beginOf, toStages } from './kill-chain.ts';

/** "5 alerts on 1 device and 3 users within 4 min, from initial access to impact": what happened, in half a breath. */
export function attackSentence({ incident, alerts }: Pick<IncidentDetail, 'incident' | 'alerts'>): string | undefined {
  if (alerts.length === 0) return undefined;
  const { devices, users } = incident;
  const assets = [
    ...(devices.length > 0 ? [countOf(devices.length, 'device')] : []),
    ...(users.length > 0 ? [countOf(users.length, 'user')] : []),
  ];
  const whom = assets.length === 0 ? '' : ` on ${assets.join(' and ')}`;
  return `${countOf(alerts.length, 'alert')}${whom}${spanOf(alerts)}${wayOf(alerts)}.`;
}

function spanOf(alerts: IncidentDetail['alerts']): string {
  const times = alerts.flatMap((alert) => [beginOf(alert), alert.lastActivity]).filter((time) => time !== null);
  const points = times.map((time) => Date.parse(time));
  const spanMs = Math.max(...points) - Math.min(...points);
  return points.length < 2 || spanMs <= 0 ? '' : ` within ${formatDuration(spanMs).replace('under', 'less than')}`;
}

function wayOf(alerts: IncidentDetail['alerts']): string {
  const tactics = toStages(alerts).filter(({ href }) => href !== undefined);
  const [first, last] = [tactics[0]?.name.toLowerCase(), tactics.at(-1)?.name.toLowerCase()];
  if (first === undefined || last === undefined) return '';
  return first === last ? `: ${first}` : `, from ${first} to ${last}`;
}
