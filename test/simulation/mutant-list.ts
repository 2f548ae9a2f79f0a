import { STEWARD_MUTANTS } from './steward-mutants.ts';

/** One deliberate breakage of the production code: a text patch that has to apply exactly once. */
export interface Mutant {
  name: string;
  file: string;
  find: string;
  replace: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'no fence',
    file: 'shared/commit.ts',
    find: 'properties: toStateRow(next), ifMatch: etag }',
    replace: 'properties: toStateRow(next) }',
  },
  {
    name: 'no overlap',
    file: 'shared/read-front.ts',
    find: 'minTicks(frontThrough, state.frontCurrentAt ?? frontThrough) - overlap',
    replace: 'minTicks(frontThrough, state.frontCurrentAt ?? frontThrough)',
  },
  {
    name: 'gt for ge',
    file: 'shared/read-page.ts',
    find: 'return window.to === undefined ? { updatedFrom: window.from }',
    replace: 'return window.to === undefined ? { updatedFrom: window.from + 1n }',
  },
  {
    name: 'full page taken as whole',
    file: 'shared/read-page.ts',
    find: 'if (page.count >= cap) return',
    replace: 'if (page.count > cap) return',
  },
  {
    name: 'single $skip pass',
    file: 'shared/read-until-stable.ts',
    find: 'else if (isSameTotal && seen.size === passTotal)',
    replace: 'else if (pass >= 1)',
  },
  {
    name: 'page size believed',
    file: 'shared/read-page.ts',
    find: 'if (needsProof(request, page.count)) return',
    replace: 'if (needsProof(request, page.count) && page.count < 0) return',
  },
  {
    name: 'lost answer ignored',
    file: 'shared/commit.ts',
    find: "if (hasCode(error, 'storage-unclear') || hasCode(error, 'precondition-failed')) return settle(commitId);",
    replace:
      "if (hasCode(error, 'storage-unclear')) return true;\n      if (hasCode(error, 'precondition-failed')) return settle(commitId);",
  },
  {
    name: '412 always taken as lost',
    file: 'shared/commit.ts',
    find: 'const isOurs = fresh.commitId === commitId;',
    replace: 'const isOurs = fresh.commitId !== "";',
  },
  {
    name: 'watermark is the newest seen',
    file: 'shared/read-front.ts',
    find: '      : maxTicks(minTicks(frontThrough, state.frontCurrentAt ?? frontThrough) - overlap, state.completeFrom ?? 0n);',
    replace: `      : (
          await listAllRows(table, shardOf(state.tenantId), tenantListRange(state.tenantId, 0n, MAX_TICKS), ['lastUpdateTime'])
        ).reduce((newest, { properties }) => maxTicks(newest, readTicks(properties['lastUpdateTime']) ?? 0n), overlap);`,
  },
  {
    name: '$skip paging',
    file: 'shared/read-full-window.ts',
    find: '  expected.add(full.incidents);',
    replace: `  if (reading.search === undefined) {
    const incidents = [...full.incidents];
    for (let page = full.page; page.count >= full.page.count && page.count > 0; ) {
      page = await reading.deps.reader.list({ ...boundsOf(window), top: reading.deps.reader.maxTop, skip: incidents.length });
      incidents.push(...page.incidents);
    }
    return { kind: 'proven', incidents, withoutId: [], visibleUntil: full.visibleUntil, unit: full.unit, pageCap: full.pageCap, longestPage: full.longestPage };
  }`,
  },
  {
    name: 'times compared as texts',
    file: 'shared/store-incidents.ts',
    find: 'if (settled === undefined || isSameVersion(settled, stored)) return undefined;',
    replace: `if (settled === undefined || isSameVersion(settled, stored)) return undefined;
  const text = (at: Ticks): string => String(at).replace(/0*$/, 'Z');
  if (stored !== undefined && settled.updatedAt > stored.updatedAt && text(settled.updatedAt) < text(stored.updatedAt))
    return undefined;`,
  },
  {
    name: 'fractions of a second cut to milliseconds',
    file: 'shared/domain/ticks.ts',
    find: "BigInt(fraction.slice(0, 7).padEnd(7, '0'))",
    replace: "BigInt(fraction.slice(0, 3).padEnd(3, '0')) * TICKS_PER_MS",
  },
  {
    name: 'feed written apart',
    file: 'shared/commit.ts',
    find: 'const etags = await table.transact(shard, operations);',
    replace: `const feed = operations.filter(({ rowKey }) => rowKey.startsWith('F!'));
      const etags = await table.transact(shard, operations.filter(({ rowKey }) => !rowKey.startsWith('F!')));
      if (feed.length > 0) await table.transact(shard, feed);`,
  },
  {
    name: 'upper bound fixed at the start of the poll',
    file: 'shared/read-front.ts',
    find: 'cycle: live ?? { ...startCycle(from, undefined, now), bounds',
    replace: 'cycle: live ?? { ...startCycle(from, now, now), bounds',
  },
  {
    name: 'overlap at every resume',
    file: 'shared/read-front.ts',
    find: 'cycle: live ?? {',
    replace: 'cycle: live !== undefined ? { ...live, cursor: live.cursor - overlap } : {',
  },
  {
    name: 'short page believed despite its link',
    file: 'shared/read-page.ts',
    find: 'if (page.nextLink !== undefined) return readChain(',
    replace: "if (page.nextLink === '') return readChain(",
  },
  {
    name: 'cursor moves before its rows',
    file: 'shared/cycle-progress.ts',
    find: 'advance(answered, upTo));',
    replace: 'advance(answered, window.to ?? proven.visibleUntil));',
  },
  {
    name: 'equal time ignored',
    file: 'shared/store-incidents.ts',
    find: 'stored.updatedAt === observed.updatedAt && stored.contentHash === observed.contentHash',
    replace: 'stored.updatedAt === observed.updatedAt',
  },
  {
    name: 'completeness taken from the local clock',
    file: 'shared/domain/completeness.ts',
    find: 'const proven = window.to === undefined ? visibleUntil : minTicks(window.to, visibleUntil);',
    replace:
      'const proven = window.to === undefined ? visibleUntil + 3_000_000_000n : minTicks(window.to, visibleUntil);',
  },
  {
    name: 'old list row left behind',
    file: 'shared/domain/plan-incident-write.ts',
    find: '.filter((rowKey) => !listKeys.includes(rowKey))',
    replace: ".filter((rowKey) => !listKeys.includes(rowKey) && !rowKey.startsWith('F!'))",
  },
  {
    name: 'alerts not tied to the version',
    file: 'shared/domain/draft-incident-rows.ts',
    find: '.filter(({ rowKey }) => !wanted.has(rowKey))',
    replace: '.filter(({ rowKey }) => wanted.has(rowKey) && !wanted.has(rowKey))',
  },
  {
    name: 'emptied big incident keeps its alerts',
    file: 'shared/domain/plan-incident-write.ts',
    find: '    isLarge: true,',
    replace: '    isLarge: version.observed.alerts.length > 0,',
  },
  {
    name: 'upper bound taken from the local clock',
    file: 'shared/read-front.ts',
    find: 'cycle: live ?? { ...startCycle(from, undefined, now), bounds',
    replace: 'cycle: live ?? { ...startCycle(from, ticksFromMs(clock.nowMs()), now), bounds',
  },
  ...STEWARD_MUTANTS,
];
