import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { rememberPages } from '../../shared/adapters/sources/remember-pages.ts';
import { readDefenderPage } from '../../shared/domain/defender/read-defender-page.ts';
import { readGraphPage } from '../../shared/domain/graph/read-graph-page.ts';
import type { ListedPage, MappingContext } from '../../shared/domain/sources/read-incident-page.ts';
import { tenant, tenantId, ticks } from './defender-harness.ts';

const SAMPLE = readFileSync(new URL('../fixtures/incident/microsoft-sample.json', import.meta.url), 'utf8');
const CONTEXT: MappingContext = {
  tenantId,
  portalUrl: 'https://security.microsoft.com',
  updatedFrom: ticks('2026-11-24T11:00:00Z'),
};
const OTHER = tenant('50612dbb-0237-4969-b378-8d42590f9c01');
const ONE = '{"value":[{"incidentId":1,"lastUpdateTime":"2026-11-24T11:30:00Z"}]}';
const TWO = '{"value":[{"incidentId":2,"lastUpdateTime":"2026-11-24T11:30:00Z"}]}';

/** How many pages were mapped, and each page as it comes without memory. */
function countMapped(limits?: { pageChars: number; allChars: number }) {
  let mapped = 0;
  const read = (bodyText: string, context: MappingContext): ListedPage => {
    mapped += 1;
    return readDefenderPage(bodyText, context);
  };
  return { readPage: rememberPages(read, limits), mapped: () => mapped };
}

describe('rememberPages()', () => {
  test.each([
    ['Defender API', SAMPLE, readDefenderPage],
    ['Graph', '{"value":[{"id":"1","lastUpdateDateTime":"2026-11-24T11:30:00Z"}]}', readGraphPage],
  ])('reads a page of the %s that comes again as it was, whatever window it was asked for', (_name, body, readPage) => {
    const remembering = rememberPages(readPage);
    const first = remembering(body, CONTEXT);
    const later = { ...CONTEXT, updatedFrom: CONTEXT.updatedFrom + 7n };
    expect(remembering(body, later)).toBe(first);
    expect(readPage(body, later)).toEqual(first);
  });

  test('maps a page that differs in one character', () => {
    const { readPage } = countMapped();
    readPage(ONE, CONTEXT);
    expect(readPage(TWO, CONTEXT)).toEqual(readDefenderPage(TWO, CONTEXT));
  });

  test('keeps the pages of tenants apart, as links lead into a tenant', () => {
    const { readPage } = countMapped();
    const other = { ...CONTEXT, tenantId: OTHER };
    readPage(SAMPLE, CONTEXT);
    expect(readPage(SAMPLE, other)).toEqual(readDefenderPage(SAMPLE, other));
  });

  test.each([
    ['an incident without a time', '{"value":[{"incidentId":1}]}'],
    ['an entry without an id and a time', '{"value":[{}]}'],
  ])('maps %s again, as its time is the beginning of the window', (_what, body) => {
    const { readPage } = countMapped();
    readPage(body, CONTEXT);
    const later = { ...CONTEXT, updatedFrom: CONTEXT.updatedFrom + 1n };
    expect(readPage(body, later)).toEqual(readDefenderPage(body, later));
  });

  test('remembers no long page, and forgets nothing for it', () => {
    const { readPage, mapped } = countMapped({ pageChars: ONE.length, allChars: 1_000 });
    for (const body of [ONE, `${TWO} `, `${TWO} `, ONE]) readPage(body, CONTEXT);
    expect(mapped()).toBe(3);
  });

  test('remembers no more than there is room for, and has that of a page that was replaced', () => {
    const { readPage, mapped } = countMapped({ pageChars: 1_000, allChars: ONE.length });
    const other = { ...CONTEXT, tenantId: OTHER };
    for (const [body, context] of [
      [ONE, CONTEXT],
      [TWO, other],
      [TWO, other],
      [TWO, CONTEXT],
      [TWO, CONTEXT],
    ] as const)
      readPage(body, context);
    expect(mapped()).toBe(4);
  });
});
