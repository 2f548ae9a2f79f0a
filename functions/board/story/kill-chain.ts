import type { Alert } from '../../../shared/domain/incidents/incident.ts';
import { label } from '../model/describe-change.ts';
import attack from './attack-names.json' with { type: 'json' };

/** The tactics of MITRE ATT&CK Enterprise, in the order of an attack. */
const TACTICS = [
  ['TA0043', 'Reconnaissance'],
  ['TA0042', 'Resource development'],
  ['TA0001', 'Initial access'],
  ['TA0002', 'Execution'],
  ['TA0003', 'Persistence'],
  ['TA0004', 'Privilege escalation'],
  ['TA0005', 'Defense evasion'],
  ['TA0006', 'Credential access'],
  ['TA0007', 'Discovery'],
  ['TA0008', 'Lateral movement'],
  ['TA0009', 'Collection'],
  ['TA0011', 'Command and control'],
  ['TA0010', 'Exfiltration'],
  ['TA0040', 'Impact'],
] as const;

/** Something of ATT&CK with its page there; what ATT&CK does not know has none. */
export interface AttackName {
  name: string;
  href: string | undefined;
}

export interface Technique extends AttackName {
  id: string;
}

/** A step of the attack. */
export interface Stage extends AttackName {
  alerts: number;
  /** The earliest activity in it. */
  firstAt: string | null;
  techniques: Technique[];
}

const NAMES: Readonly<Record<string, string>> = attack.techniques;

/** A sub-technique has its technique's name in front of its own; one that ATT&CK has withdrawn has only that. */
export function techniqueOf(id: string): Technique {
  if (!/^T\d{4}(\.\d{3})?$/.test(id)) return { id, name: id, href: undefined };
  const [parent = '', sub] = id.split('.');
  const name = [NAMES[parent], sub === undefined ? undefined : NAMES[id]].filter((part) => part !== undefined);
  const href = `https://attack.mitre.org/techniques/${id.replace('.', '/')}/`;
  return { id, name: name.length === 0 ? id : name.join(': '), href };
}

/** When an alert's attack began; where no product says it, when it was raised. */
export const beginOf = ({ firstActivity, createdTime }: Alert): string | null => firstActivity ?? createdTime;

/** By first activity; what happened at the same time is in the order of an attack. */
export function attackOrder(alerts: readonly Alert[]): Alert[] {
  const keyed = alerts.map((alert) => ({ alert, at: beginOf(alert) ?? '9', rank: rankOf(alert.category) }));
  keyed.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.rank - b.rank));
  return keyed.map(({ alert }) => alert);
}

/** The steps that alerts stand for, in the order of an attack; categories that are no tactic come last. */
export function toStages(alerts: readonly Alert[]): Stage[] {
  const stages = new Map<string, Stage & { rank: number }>();
  for (const alert of attackOrder(alerts)) {
    const stage = stages.get(stageName(alert.category)) ?? newStage(alert);
    stage.alerts += 1;
    const known = new Set(stage.techniques.map(({ id }) => id));
    stage.techniques.push(...alert.mitreTechniques.filter((id) => !known.has(id)).map(techniqueOf));
    stages.set(stage.name, stage);
  }
  return [...stages.values()].sort((a, b) => a.rank - b.rank);
}

function newStage(alert: Alert): Stage & { rank: number } {
  const rank = rankOf(alert.category);
  const [id] = TACTICS[rank] ?? [];
  const href = id === undefined ? undefined : `https://attack.mitre.org/tactics/${id}/`;
  return { rank, name: stageName(alert.category), href, alerts: 0, firstAt: beginOf(alert), techniques: [] };
}

/** `InitialAccess`, `initialAccess` and `Initial access` are one tactic. */
function rankOf(category: string | null): number {
  const letters = lettersOf(category ?? '');
  const rank = TACTICS.findIndex(([, name]) => lettersOf(name) === letters);
  return rank < 0 ? TACTICS.length : rank;
}

export function stageName(category: string | null): string {
  if (category === null || category === '') return 'Without a category';
  return TACTICS[rankOf(category)]?.[1] ?? label(category);
}

const lettersOf = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');
