import type { Alert, Entity } from '../../../shared/domain/incidents/incident.ts';
import { verdictRank } from '../../../shared/domain/observables/observable.ts';
import { EVIDENCE_KINDS, OTHER_EVIDENCE, type DeviceNames, type EvidenceKind } from './evidence-kinds.ts';
import type { Value } from './value.ts';

/** One piece of evidence, however many alerts have it. */
export interface EvidenceRow {
  key: string;
  cells: Value[][];
  verdict: string | null;
  /** What was done about it, as words of the source. */
  done: string[];
  alertIds: Set<string>;
}

export interface EvidenceGroup {
  kind: EvidenceKind;
  rows: EvidenceRow[];
}

/** The evidence of all alerts by kind; within a kind the worst first. What several alerts have is said once. */
export function groupEvidence(alerts: readonly Alert[], devices: DeviceNames): EvidenceGroup[] {
  const groups = new Map<EvidenceKind, Map<string, EvidenceRow>>();
  for (const { alertId, entities } of alerts)
    for (const entity of entities) {
      const kind = kindOf(entity);
      const rows = groups.get(kind) ?? new Map<string, EvidenceRow>();
      groups.set(kind, rows);
      const cells = kind.columns.map(({ read }) => read(entity, devices).filter((value) => value !== undefined));
      if (cells.flat().length === 0) continue;
      addRow(rows, toRow(entity, cells), alertId);
    }
  return [...EVIDENCE_KINDS, OTHER_EVIDENCE].flatMap((kind) => {
    const rows = [...(groups.get(kind)?.values() ?? [])];
    rows.sort((a, b) => verdictRank(a.verdict) - verdictRank(b.verdict));
    return rows.length === 0 ? [] : [{ kind, rows }];
  });
}

const kindOf = ({ type }: Entity): EvidenceKind =>
  EVIDENCE_KINDS.find(({ types }) => types.includes(type.toLowerCase())) ?? OTHER_EVIDENCE;

function toRow(entity: Entity, cells: Value[][]): EvidenceRow {
  const { remediationStatus, detectionStatus } = entity;
  const said = [remediationStatus, detectionStatus].filter((word) => typeof word === 'string');
  const done = said.filter((word) => !/^(none|unknown|)$/i.test(word));
  const key = cells.map((cell) => cell.map(({ text }) => text).join('\n')).join('\n\n');
  return { key, cells, verdict: entity.verdict, done, alertIds: new Set() };
}

/** The worse verdict counts, with what was done about it. */
function addRow(rows: Map<string, EvidenceRow>, row: EvidenceRow, alertId: string): void {
  const known = rows.get(row.key);
  const kept = known === undefined || verdictRank(row.verdict) < verdictRank(known.verdict) ? row : known;
  kept.alertIds = new Set([...(known?.alertIds ?? []), alertId]);
  rows.set(row.key, kept);
}
