import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Alert } from '../../../shared/domain/incidents/incident.ts';
import { label } from '../model/describe-change.ts';
import { countOf } from '../model/words.ts';
import type { DeviceNames } from './evidence-kinds.ts';
import { groupEvidence, type EvidenceRow } from './evidence-rows.ts';
import { FactTable } from './fact-table.tsx';
import { ValueText } from './value-text.tsx';

interface Props {
  alerts: readonly Alert[];
  devices: DeviceNames;
}

/** The evidence of all alerts, a table for each kind with what analysts look at in it. */
export function EvidenceTables({ alerts, devices }: Props): JSX.Element {
  const groups = useMemo(() => groupEvidence(alerts, devices), [alerts, devices]);
  return (
    <section class="evidence" aria-labelledby="evidence-title">
      <h2 id="evidence-title">Evidence</h2>
      {groups.length === 0 && <p class="hint">Its alerts name no evidence.</p>}
      {groups.map(({ kind, rows }) => (
        <FactTable
          key={kind.title}
          title={kind.title}
          columns={[...kind.columns.map(({ title }) => title), 'Verdict']}
          rows={rows.map((row) => ({ key: row.key, cells: [...row.cells.map(toCell), <VerdictCell row={row} />] }))}
        />
      ))}
    </section>
  );
}

const toCell = (values: EvidenceRow['cells'][number]): JSX.Element[] =>
  values.map((value) => <ValueText key={`${value.prefix ?? ''} ${value.text}`} value={value} />);

const LOOKS: Readonly<Record<string, string>> = {
  malicious: 'bad',
  suspicious: 'warn',
  clean: 'good',
  noThreatsFound: 'good',
};

/** What came of it, in words and, where it means something, a colour. */
function VerdictCell({ row: { verdict, done, alertIds } }: { row: EvidenceRow }): JSX.Element {
  return (
    <>
      <span class={`verdict ${LOOKS[verdict ?? ''] ?? 'quiet'}`}>{label(verdict ?? 'no verdict')}</span>
      {done.map((word) => (
        <span key={word} class={`done ${/^(remediated|prevented|blocked)$/i.test(word) ? 'good' : ''}`}>
          {label(word.charAt(0).toLowerCase() + word.slice(1))}
        </span>
      ))}
      {alertIds.size > 1 && <span class="hint">{countOf(alertIds.size, 'alert')}</span>}
    </>
  );
}
