import { label } from '../model/describe-change.ts';
import { writeRoute } from '../model/route.ts';
import { showControls } from '../parts/show-controls.ts';
import type { ReportLine } from './build-report.ts';
import type { Section } from './report-sections.ts';

export interface Heading {
  title: string;
  /** From when to when. */
  period: string;
}

/** The hand-over for a ticket or a chat. `boardUrl`: the address of the board, for links to the incidents. */
export function toMarkdown({ title, period }: Heading, sections: readonly Section[], boardUrl: string): string {
  const parts = sections.map(({ title: name, sentences, lines }) =>
    [
      `## ${escapeMarkdown(name)}`,
      '',
      ...sentences.map((sentence) => `${escapeMarkdown(sentence)}  `),
      ...(lines.length === 0 ? [] : ['', ...lines.map((line) => `- ${toMarkdownLine(line, boardUrl)}`)]),
    ].join('\n'),
  );
  return [`# ${title}`, '', escapeMarkdown(period), '', parts.join('\n\n'), ''].join('\n');
}

/** The same without marks, for a mail. */
export function toPlainText({ title, period }: Heading, sections: readonly Section[]): string {
  const parts = sections.map(({ title: name, sentences, lines }) =>
    [plain(name).toUpperCase(), ...sentences.map(plain), ...lines.map((line) => `- ${plain(toWordsOf(line))}`)].join(
      '\n',
    ),
  );
  return [title, period, '', parts.join('\n\n'), ''].join('\n');
}

/** `High · Contoso · Title (#123) · ada@soc.example · New`. */
function toWordsOf(line: ReportLine): string {
  return [label(line.severity), customerOf(line), `${nameOf(line)} (#${line.incidentId})`, ...restOf(line)].join(' · ');
}

function toMarkdownLine(line: ReportLine, boardUrl: string): string {
  const { tenantId, incidentId, severity } = line;
  const url = boardUrl + writeRoute({ view: 'incident', tenantId, incidentId });
  const name = `[${escapeMarkdown(nameOf(line))} (#${escapeMarkdown(incidentId)})](${url})`;
  return [`**${label(severity)}**`, escapeMarkdown(customerOf(line)), name, ...restOf(line).map(escapeMarkdown)].join(
    ' · ',
  );
}

const customerOf = ({ tenantName, tenantId }: ReportLine): string => tenantName ?? tenantId;
const nameOf = ({ name, incidentId }: ReportLine): string => name ?? `Incident ${incidentId}`;

/** The owner, where known, and what happened. */
export function restOf({ owner, news }: ReportLine): string[] {
  return [...(owner === undefined ? [] : [owner === null || owner === '' ? 'unassigned' : owner]), ...news];
}

/** A title is one line, and cannot turn the text around it. */
const plain = (text: string): string => showControls(text.replace(/\s+/g, ' ').trim());

/** Text from outside is no mark-up and no link, not even one that a program makes of a bare address. */
function escapeMarkdown(text: string): string {
  return plain(text)
    .replace(/[\\`*_{}[\]<>#|~!]/g, (mark) => `\\${mark}`)
    .replaceAll('://', '\\://');
}
