import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { LAG_METRIC, LINE_COUNTERS, WORST_LAG_METRIC, WORST_LAGS } from '../../shared/domain/collection/metrics.ts';
import { AZURE_CLOUD_NAMES, AZURE_CLOUDS, CLOUD_NAMES, CLOUDS } from '../../shared/domain/entra/clouds.ts';
import { GAP_REASONS } from '../../shared/domain/reading/gaps.ts';
import { BLAMES } from '../../shared/errors/error-kind.ts';
import { listRights, type Right } from './role-table.ts';
import { listOfType, readShape, valueAt } from './shapes.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const operations = read('docs/operations.md');
const findAll = (text: string, pattern: RegExp): string[] =>
  Array.from(text.matchAll(pattern), ([, part = '']) => part);

/** Cells of a table's rows, below the heading that begins so. */
function readTable(markdown: string, heading: string): string[][] {
  const section = markdown.split(new RegExp(`^#+ ${heading}.*$`, 'm'))[1]?.split(/^#/m)[0] ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('docs/operations.md', () => {
  const rules = listOfType(readShape('two-apps'), 'Microsoft.Insights/scheduledQueryRules');

  test('has every alert with its severity', () => {
    const table = readTable(operations, 'Alerts').map(([name = '', severity]) => [
      name.replaceAll('`', ''),
      Number(severity),
    ]);
    const deployed = rules.map((rule) => [
      valueAt(rule, 'properties.displayName'),
      valueAt(rule, 'properties.severity'),
    ]);
    expect(table).toEqual(deployed);
  });

  test('says what to do about every reason of a gap that is no code', () => {
    const reasons: string[] = Object.values(GAP_REASONS);
    const table = readTable(operations, 'Reasons of gaps').map(([reason = '']) => reason.replaceAll('`', ''));
    expect(table.sort()).toEqual(reasons.sort());
  });
});

test('docs/errors.md says who acts for each blame', () => {
  const table = readTable(read('docs/errors.md'), 'Errors').map(([blame = '']) => blame.replaceAll('`', ''));
  expect(table).toEqual(BLAMES);
});

describe('docs/operations.md on metrics', () => {
  const rows = readTable(operations, 'Metrics and traces').map(([metric = '', from = '', counts = '']) =>
    [metric, from, counts].map((cell) => cell.replaceAll('`', '')),
  );

  test('has every counter, the line that it comes from, and what it counts', () => {
    const counters = LINE_COUNTERS.map(({ metric, line, field, description }) => [
      metric,
      field === undefined ? line : `${line}.${field}`,
      description,
    ]);
    expect(rows.slice(0, counters.length)).toEqual(counters);
  });

  test('has both metrics of lag, and how many tenants are named', () => {
    expect(rows.slice(LINE_COUNTERS.length).map(([metric]) => metric)).toEqual([LAG_METRIC, WORST_LAG_METRIC]);
    expect(rows.at(-1)?.[2]).toContain(`of the ${WORST_LAGS} tenants`);
  });
});

describe('docs/security.md', () => {
  const security = read('docs/security.md');

  test('has every right of a deployment with two apps and a secret, and no other', () => {
    const rows = readTable(security, 'Who may do what').flatMap(([principal = '', role, scopes = '']) =>
      findAll(scopes, /`([^`]+)`/g).map((scope) => [principal.replaceAll('`', ''), role, scope].join(' | ')),
    );
    const rights = listRights({ hasPortal: true, hasSecret: true }).map(({ principal, role, scope }: Right) =>
      [principal, role, scope].join(' | '),
    );
    expect(rows.sort()).toEqual(rights.sort());
  });

  test('names a test for every threat', () => {
    const threats = readTable(security, 'Threats');
    expect(threats.length).toBeGreaterThan(14);
    expect(threats.filter(([, , tests = '']) => !/\]\(\.\.\/test\//.test(tests))).toEqual([]);
  });
});

describe('docs/deploy.md', () => {
  const deploy = read('docs/deploy.md');
  const entra = read('infra/entra.bicep');

  test('registers by CLI the same ids as infra/entra.bicep', () => {
    const ids = new Set(findAll(entra, /'([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})'/g));
    expect(ids.size).toBe(6);
    expect([...ids].filter((id) => !deploy.includes(id))).toEqual([]);
  });

  test('gives infra/entra.bicep every parameter that has no default', () => {
    const required = findAll(entra, /^param (\w+) \w+$/gm);
    expect(required.length).toBeGreaterThan(2);
    expect(required.filter((name) => !deploy.includes(`${name}=`))).toEqual([]);
  });

  test('has the clouds as the code knows them', () => {
    const rows = readTable(deploy, 'Clouds').map((cells) => cells.map((cell) => cell.replaceAll('`', '')));
    const hostOf = (url: string): string => new URL(url).host;
    const ofCustomers = CLOUD_NAMES.map((name) => {
      const { authorityHost, defenderUrl, graphUrl, portalUrl, tokenExchangeScope } = CLOUDS[name];
      const hosts = [authorityHost, defenderUrl, graphUrl, portalUrl].map(hostOf);
      return [name, ...hosts, tokenExchangeScope.replace('/.default', '')];
    });
    const ofTheApp = AZURE_CLOUD_NAMES.map((name) => {
      const { authorityHost, hostSuffixes } = AZURE_CLOUDS[name];
      return [name, hostOf(authorityHost), ...hostSuffixes.map((end) => `*${end}`)];
    });

    expect(rows.filter(([name = '']) => /^[a-z-]+$/.test(name) && !/^-+$/.test(name))).toEqual([
      ...ofCustomers,
      ...ofTheApp,
    ]);
  });

  test('has a row for each shape', () => {
    const shapes = readTable(deploy, 'Shapes').map(([, , link = '']) => /\[([\w-]+)\]/.exec(link)?.[1] ?? '');
    expect(shapes.sort()).toEqual([
      'first-provisioning',
      'single-app',
      'single-app-secret-keys',
      'two-apps',
      'two-apps-certificate',
      'two-apps-secret-keys',
    ]);
  });
});
