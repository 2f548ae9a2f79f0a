import { describe, expect, test } from '@jest/globals';
import { buildReport, type Report } from '../../../functions/board/handover/build-report.ts';
import { groupChanges } from '../../../functions/board/handover/group-changes.ts';
import { writeSections } from '../../../functions/board/handover/report-sections.ts';
import { toMarkdown, toPlainText } from '../../../functions/board/handover/report-text.ts';
import { COVERAGE_EXAMPLE } from '../../../shared/domain/openapi/schemas/common-schemas.ts';
import { LISTED_INCIDENT } from '../../../shared/domain/openapi/schemas/examples.ts';
import type { ShownChange } from '../../../shared/domain/views/change-list.ts';
import type { Coverage } from '../../../shared/domain/views/coverage.ts';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';

const [CONTOSO, FABRIKAM] = ['c0000000-0000-4000-8000-000000000001', 'f0000000-0000-4000-8000-000000000002'];
const SINCE = '2026-11-24T06:00:00.0000000Z';
const NOW = Date.parse('2026-11-24T14:00:00Z');
const NAMES: Readonly<Record<string, string>> = { [CONTOSO]: 'Contoso', [FABRIKAM]: 'Fabrikam' };

const aChange = (incidentId: string, fields: Partial<ShownChange> = {}): ShownChange => ({
  storedAt: '2026-11-24T08:00:00.0000000Z',
  tenantId: CONTOSO,
  tenantName: NAMES[fields.tenantId ?? CONTOSO] ?? null,
  incidentId,
  name: `Incident ${incidentId}`,
  severity: 'low',
  status: 'active',
  lastUpdateTime: '2026-11-24T07:58:00.0000000Z',
  kind: 'appeared',
  backfill: false,
  changes: [],
  ...fields,
});
const anOpen = (incidentId: string, fields: Partial<ListedIncident> = {}): ListedIncident => ({
  ...LISTED_INCIDENT,
  tenantId: CONTOSO,
  severity: 'low',
  assignedTo: null,
  ...fields,
  incidentId,
});
const verdict = (classification: string, determination: string): ShownChange['changes'] => [
  { field: 'status', from: 'active', to: 'resolved' },
  { field: 'classification', from: null, to: classification },
  { field: 'determination', from: null, to: determination },
];

/** A shift with something of everything. */
const CHANGES = [
  aChange('1'),
  aChange('2', { severity: 'high', tenantId: FABRIKAM, name: '[x](https://evil.example) *now*\n# all' }),
  aChange('3', { severity: 'medium', lastUpdateTime: '2026-11-24T06:10:00.0000000Z' }),
  aChange('4', { status: 'resolved', kind: 'resolved', changes: verdict('truePositive', 'phishing') }),
  aChange('5', {
    status: 'resolved',
    kind: 'resolved',
    severity: 'high',
    changes: verdict('truePositive', 'phishing'),
  }),
  aChange('6', { status: 'resolved', kind: 'resolved', changes: verdict('falsePositive', 'notMalicious') }),
  aChange('7', { kind: 'reopened' }),
  aChange('8', { kind: 'changed', severity: 'high', changes: [{ field: 'severity', from: 'low', to: 'high' }] }),
  aChange('9', { kind: 'changed', changes: [{ field: 'tags', from: [], to: ['vip'] }] }),
  aChange('11', { status: 'resolved' }),
];
const OPEN = [
  anOpen('1', { assignedTo: 'ada@soc.example' }),
  anOpen('2', { tenantId: FABRIKAM, severity: 'high' }),
  anOpen('3', { severity: 'medium', assignedTo: 'ada@soc.example' }),
  anOpen('7'),
  anOpen('8', { severity: 'high', assignedTo: 'bo@soc.example' }),
];
const COVERAGE: Coverage = {
  ...COVERAGE_EXAMPLE,
  blind: [
    {
      ...COVERAGE_EXAMPLE.blind[0],
      tenantId: 'x',
      tenantName: 'Lost',
      since: SINCE,
      until: null,
      code: 'consent-missing',
      kind: 'blind',
    },
    {
      tenantId: 'y',
      tenantName: 'Back',
      since: SINCE,
      until: '2026-11-24T07:00:00.0000000Z',
      code: 'throttled',
      kind: 'blind',
    },
  ],
};

const firstReads = [{ tenantId: CONTOSO, tenantName: 'Contoso', incidents: 1 }];
const report = (): Report =>
  buildReport({ groups: groupChanges(CHANGES), firstReads, open: OPEN, isPart: false, coverage: COVERAGE });
const ids = (lines: readonly { incidentId: string }[]): string[] => lines.map(({ incidentId }) => incidentId);

describe('buildReport()', () => {
  test('puts each incident of the shift in one place, over all customers, the worst first', () => {
    const { newOpen, newClosed, resolved, reopened, regraded, changed, firstRead, customers } = report();

    expect(ids(newOpen)).toEqual(['2', '3', '1']);
    expect([newClosed, changed, firstRead, customers]).toEqual([1, 1, 1, 2]);
    expect(resolved.map((group) => [group.verdict, ids(group.lines)])).toEqual([
      ['Resolved as true positive, phishing', ['5', '4']],
      ['Resolved as false positive, not malicious', ['6']],
    ]);
    expect([ids(reopened), ids(regraded)]).toEqual([['7'], ['8']]);
  });

  test('knows who owns what, who was blind, and what was found late', () => {
    const { owners, newOpen, blindNow, blindMeanwhile, late } = report();

    expect(owners).toEqual([
      {
        owner: null,
        counts: [
          ['high', 1],
          ['low', 1],
        ],
      },
      { owner: 'bo@soc.example', counts: [['high', 1]] },
      {
        owner: 'ada@soc.example',
        counts: [
          ['medium', 1],
          ['low', 1],
        ],
      },
    ]);
    expect(newOpen.map(({ owner }) => owner)).toEqual([null, 'ada@soc.example', 'ada@soc.example']);
    expect([blindNow, blindMeanwhile].map((all) => all.map(({ tenantName }) => tenantName))).toEqual([
      ['Lost'],
      ['Back'],
    ]);
    expect(late).toEqual([{ tenantId: CONTOSO, tenantName: 'Contoso', count: 1 }]);
  });
});

describe('the hand-over as text', () => {
  const heading = { title: 'Hand-over', period: 'From six to two.' };

  test('is Markdown in which titles from outside are no mark-up, no link and one line', () => {
    const text = toMarkdown(heading, writeSections(report(), NOW), 'https://board.example/api/board');

    expect(text).toMatch(
      /^# Hand-over\n\nFrom six to two\.\n\n## New and open\n\n3 new incidents open, of 2 customers: 1 High, 1 Medium, 1 Low\. /,
    );
    const url = `https://board.example/api/board#/incident/${FABRIKAM}/2`;
    expect(text).toContain(
      `- **High** · Fabrikam · [\\[x\\](https\\://evil.example) \\*now\\* \\# all (#2)](${url}) · unassigned · New`,
    );
    expect(text).toContain('## Resolved as true positive, phishing\n\n2 incidents: 1 High, 1 Low.');
    expect(text).toMatch(/Nobody: 1 High, 1 Low\. {2}\nbo@soc\.example: 1 High\./);
  });

  test('is plain text that says the same', () => {
    const text = toPlainText(heading, writeSections(report(), NOW));

    expect(text).toContain('NEW AND OPEN\n3 new incidents open');
    expect(text).toContain('- High · Fabrikam · [x](https://evil.example) *now* # all (#2) · unassigned · New');
    expect(text).toMatch(
      /Lost blind since [^\n]*: consent withdrawn[^]*Back was blind from [^\n]* to [^\n]*: throttled/,
    );
    expect(text).toContain('Contoso: 1 incident stored more than half an hour after Microsoft dated it.');
    expect(text).toContain('1 incident of the past stored by first reads or catch-ups.');
  });

  test('of a quiet shift says that nothing new is open, and what is', () => {
    const quiet = buildReport({
      groups: [],
      firstReads: [],
      open: OPEN,
      isPart: true,
      coverage: { ...COVERAGE, blind: [] },
    });
    const titles = writeSections(quiet, NOW).map(({ title, sentences }) => [title, sentences[0]]);

    expect(titles).toEqual([
      ['New and open', 'Nothing new is open.'],
      ['Who owns what is open', 'Open now, of those updated last: 2 High, 1 Medium, 2 Low.'],
      ['Besides', '0 other incidents changed; 0 customers had news.'],
    ]);
  });
});
