import { label } from '../model/describe-change.ts';
import { countOf } from '../model/words.ts';
import { blindSentence } from '../parts/freshness.ts';
import { countSeverities, type Report, type ReportLine, type SeverityCounts } from './build-report.ts';

/** A part of the hand-over, as it is shown, printed and copied. */
export interface Section {
  title: string;
  sentences: readonly string[];
  lines: readonly ReportLine[];
}

/** Severities of which each incident is named; of the others the number is enough to read aloud. */
const NAMED = ['high', 'medium'];
const MOST_NAMED = 40;
const MOST_OWNERS = 20;

/** The hand-over in the order in which it is read. What there is nothing to say of is left out, but for what is new. */
export function writeSections(report: Report, nowMs: number): Section[] {
  const { newOpen, newClosed, reopened, regraded, resolved, owners, openNow, changed, firstRead, customers } = report;
  const closed =
    newClosed === 0 ? [] : [`${countOf(newClosed, 'more new incident')} came and is closed or merged already.`];
  return [
    {
      title: 'New and open',
      sentences: [
        newOpen.length === 0
          ? 'Nothing new is open.'
          : `${countOf(newOpen.length, 'new incident')} open, of ${countOf(countCustomers(newOpen), 'customer')}: ${sayCounts(countSeverities(newOpen))}.`,
        ...closed,
        ...sayUnnamed(newOpen),
      ],
      lines: nameSome(newOpen),
    },
    ...toSection('Reopened', reopened),
    ...toSection('Severity changed', regraded),
    ...resolved.map(({ verdict, lines }) => ({
      title: verdict,
      sentences: [`${countOf(lines.length, 'incident')}: ${sayCounts(countSeverities(lines))}.`, ...sayUnnamed(lines)],
      lines: nameSome(lines),
    })),
    ...sayBlindness(report, nowMs),
    {
      title: 'Who owns what is open',
      sentences:
        owners.length === 0
          ? ['Nothing is open.']
          : [
              `Open now${report.isPart ? ', of those updated last' : ''}: ${sayCounts(openNow)}.`,
              ...owners.slice(0, MOST_OWNERS).map(({ owner, counts }) => `${owner ?? 'Nobody'}: ${sayCounts(counts)}.`),
              ...(owners.length > MOST_OWNERS ? [`${owners.length - MOST_OWNERS} others have less.`] : []),
            ],
      lines: [],
    },
    {
      title: 'Besides',
      sentences: [
        `${countOf(changed, 'other incident')} changed; ${countOf(customers, 'customer')} had news.`,
        ...(firstRead === 0
          ? []
          : [`${countOf(firstRead, 'incident')} of the past stored by first reads or catch-ups.`]),
      ],
      lines: [],
    },
  ];
}

function toSection(title: string, lines: readonly ReportLine[]): Section[] {
  if (lines.length === 0) return [];
  return [{ title, sentences: [`${sayCounts(countSeverities(lines))}.`], lines: lines.slice(0, MOST_NAMED) }];
}

function sayBlindness({ blindNow, blindMeanwhile, late }: Report, nowMs: number): Section[] {
  const told = [...blindNow, ...blindMeanwhile].map(
    (tenant) => `${tenant.tenantName ?? tenant.tenantId} ${blindSentence(tenant, nowMs)}.`,
  );
  const found = late.map(
    ({ tenantId, tenantName, count }) =>
      `${tenantName ?? tenantId}: ${countOf(count, 'incident')} stored more than half an hour after Microsoft dated ${count === 1 ? 'it' : 'them'}.`,
  );
  if (told.length + found.length === 0) return [];
  return [{ title: 'Who was blind, and what was found late', sentences: [...told, ...found], lines: [] }];
}

const nameSome = (lines: readonly ReportLine[]): ReportLine[] =>
  lines.filter(({ severity }) => NAMED.includes(severity)).slice(0, MOST_NAMED);

/** What the lines below do not name. */
function sayUnnamed(lines: readonly ReportLine[]): string[] {
  const named = new Set(nameSome(lines));
  const rest = lines.filter((line) => !named.has(line));
  return rest.length === 0 || named.size === 0 ? [] : [`Not named here: ${sayCounts(countSeverities(rest))}.`];
}

const countCustomers = (lines: readonly ReportLine[]): number => new Set(lines.map(({ tenantId }) => tenantId)).size;

/** `2 High, 5 Medium`. */
function sayCounts(counts: SeverityCounts): string {
  return counts.map(([severity, count]) => `${count.toLocaleString('en')} ${label(severity)}`).join(', ');
}
