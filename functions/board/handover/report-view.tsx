import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { useBoard } from '../data/board-context.ts';
import { writeRoute } from '../model/route.ts';
import { OutsideText, toOutsideText } from '../parts/outside-text.tsx';
import { saveFile } from '../parts/save-file.ts';
import { SeverityMark } from '../parts/severity-mark.tsx';
import type { Report, ReportLine } from './build-report.ts';
import { writeSections } from './report-sections.ts';
import { restOf, toMarkdown, toPlainText, type Heading } from './report-text.ts';

interface Props {
  report: Report;
  heading: Heading;
}

/** The hand-over as it is read aloud; what is copied and printed is the same. */
export function ReportView({ report, heading }: Props): JSX.Element {
  const { nowMs } = useBoard();
  const sections = useMemo(() => writeSections(report, nowMs), [report, nowMs]);
  return (
    <div class="report-pages">
      <div class="actions no-print">
        <CopyButton
          title="Copy as Markdown"
          write={() => toMarkdown(heading, sections, location.href.split('#')[0] ?? '')}
        />
        <CopyButton title="Copy as text" write={() => toPlainText(heading, sections)} />
        <button
          type="button"
          onClick={() => {
            print();
          }}
        >
          Print
        </button>
      </div>
      {sections.map(({ title, sentences, lines }) => (
        <section key={title} class="report-part">
          <h2>
            <OutsideText text={title} most={200} />
          </h2>
          {sentences.map((sentence) => (
            <p key={sentence}>
              <OutsideText text={sentence} most={500} />
            </p>
          ))}
          {lines.length > 0 && (
            <ul>
              {lines.map((line) => (
                <Line key={`${line.tenantId} ${line.incidentId}`} line={line} />
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  );
}

function Line({ line }: { line: ReportLine }): JSX.Element {
  const { tenantId, tenantName, incidentId, name, severity } = line;
  return (
    <li class="report-line">
      <SeverityMark severity={severity} />
      <span class="report-customer">
        <OutsideText text={tenantName ?? tenantId} most={100} />
      </span>
      <a dir="auto" href={writeRoute({ view: 'incident', tenantId, incidentId })}>
        {toOutsideText(name ?? `Incident ${incidentId}`, 300)}
      </a>
      <span class="kinds">
        <OutsideText text={restOf(line).join(' · ')} most={500} />
      </span>
    </li>
  );
}

function CopyButton({ title, write }: { title: string; write(): string }): JSX.Element {
  const [said, setSaid] = useState('');
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(write());
      setSaid('Copied');
    } catch {
      // The clipboard is closed on plain http: the text is saved instead.
      saveFile('hand-over.md', 'text/plain', write());
      setSaid('Saved as a file');
    }
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        {title}
      </button>
      <span class="hint" role="status">
        {said}
      </span>
    </>
  );
}
