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
    name: 'lost answer taken as success',
    file: 'shared/commit.ts',
    find: "if (hasCode(error, 'storage-unclear') || hasCode(error, 'precondition-failed')) return settle(commitId);",
    replace:
      "if (hasCode(error, 'storage-unclear')) return true;\n      if (hasCode(error, 'precondition-failed')) return settle(commitId);",
  },
  {
    name: 'cursor moves before its rows',
    file: 'shared/cycle-progress.ts',
    find: 'advance(answered, upTo));',
    replace: 'advance(answered, window.to ?? proven.visibleUntil));',
  },
  {
    name: 'overlap counted from the end of a long read',
    file: 'shared/read-front.ts',
    find: 'minTicks(frontThrough, state.frontCurrentAt ?? frontThrough) - overlap',
    replace: 'frontThrough - overlap',
  },
  {
    name: 'equal time ignored',
    file: 'shared/store-incidents.ts',
    find: 'stored.updatedAt === observed.updatedAt && stored.contentHash === observed.contentHash',
    replace: 'stored.updatedAt === observed.updatedAt',
  },
  {
    name: 'completeness taken from the clock of the machine',
    file: 'shared/domain/completeness.ts',
    find: 'const proven = window.to === undefined ? visibleUntil : minTicks(window.to, visibleUntil);',
    replace:
      'const proven = window.to === undefined ? visibleUntil + 3_000_000_000n : minTicks(window.to, visibleUntil);',
  },
  {
    name: 'old list row left behind',
    file: 'shared/domain/plan-incident-write.ts',
    find: '.filter((rowKey) => !wanted.includes(rowKey))',
    replace: ".filter((rowKey) => !wanted.includes(rowKey) && !rowKey.startsWith('F!'))",
  },
  {
    name: 'alerts not tied to the version',
    file: 'shared/domain/plan-incident-write.ts',
    find: '.filter(({ rowKey }) => !wanted.has(rowKey))',
    replace: '.filter(({ rowKey }) => wanted.has(rowKey) && !wanted.has(rowKey))',
  },
  {
    name: 'emptied big incident keeps its alerts',
    file: 'shared/domain/plan-incident-write.ts',
    find: '    isLarge: true,',
    replace: '    isLarge: version.observed.alerts.length > 0,',
  },
];
