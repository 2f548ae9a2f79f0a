import type { Mutant } from './mutant-list.ts';

/** Breakages of how windows are chosen, read and passed. */
export const READING_MUTANTS: readonly Mutant[] = [
  {
    name: 'no overlap',
    file: 'shared/polling/read-front.ts',
    find: 'minTicks(frontThrough, state.frontCurrentAt ?? frontThrough) - overlap',
    replace: 'minTicks(frontThrough, state.frontCurrentAt ?? frontThrough)',
  },
  {
    name: 'gt for ge',
    file: 'shared/reading/read-page.ts',
    find: 'return window.to === undefined ? { updatedFrom: window.from }',
    replace: 'return window.to === undefined ? { updatedFrom: window.from + 1n }',
  },
  {
    name: 'full page taken as whole',
    file: 'shared/reading/read-page.ts',
    find: 'if (page.count >= cap) return',
    replace: 'if (page.count > cap) return',
  },
  {
    name: 'single $skip pass',
    file: 'shared/sources/read-until-stable.ts',
    find: 'else if (isSameTotal && sightings.seen.size === total.withId && areNamelessSeen(sightings, pages, from))',
    replace: 'else if (pass >= 1)',
  },
  {
    name: 'page size believed',
    file: 'shared/reading/read-page.ts',
    find: 'if (needsProof({ ...request, pageCap }, page.count)) return',
    replace: 'if (needsProof({ ...request, pageCap }, page.count) && page.count < 0) return',
  },
  {
    name: 'watermark is the newest seen',
    file: 'shared/polling/read-front.ts',
    find: `      : maxTicks(
          cutBefore(minTicks(witness, minTicks(frontThrough, state.frontCurrentAt ?? frontThrough) - overlap)),
          state.completeFrom ?? 0n,
        );`,
    replace: `      : (
          await listAllRows(table, shardOf(state.tenantId), tenantListRange(state.tenantId, 0n, MAX_TICKS), ['lastUpdateTime'])
        ).reduce((newest, { properties }) => maxTicks(newest, readTicks(properties['lastUpdateTime']) ?? 0n), overlap);`,
  },
  {
    name: '$skip paging',
    file: 'shared/reading/read-full-window.ts',
    find: '  const before = knownBefore(reading, window) ?? 0n;',
    replace: `  if (reading.search === undefined) {
    const incidents = [...full.incidents];
    for (let page = full.page; page.count >= full.page.count && page.count > 0; ) {
      const bounds = { updatedFrom: window.from, ...(window.to !== undefined && { updatedTo: window.to }) };
      page = await reading.deps.reader.list({ ...bounds, top: reading.deps.reader.maxTop, skip: incidents.length });
      incidents.push(...page.incidents);
    }
    return { kind: 'proven', incidents, withoutId: [], visibleUntil: full.visibleUntil, unit: full.unit, pageCap: full.pageCap, longestPage: full.longestPage };
  }
  const before = 0n;`,
  },
  {
    name: 'upper bound fixed at the start of the poll',
    file: 'shared/polling/read-front.ts',
    find: 'cycle: live ?? { ...startCycle(from, undefined, now), bounds',
    replace: 'cycle: live ?? { ...startCycle(from, now, now), bounds',
  },
  {
    name: 'overlap at every resume',
    file: 'shared/polling/read-front.ts',
    find: 'cycle: live ?? {',
    replace: 'cycle: live !== undefined ? { ...live, cursor: live.cursor - overlap } : {',
  },
  {
    name: 'short page believed despite its link',
    file: 'shared/reading/read-page.ts',
    find: 'if (page.nextLink !== undefined) return readChain(',
    replace: "if (page.nextLink === '') return readChain(",
  },
  {
    name: 'cursor moves before its rows',
    file: 'shared/reading/cycle-progress.ts',
    find: 'midway: (upTo) => advance(answered, minTicks(end, cutBefore(upTo))),',
    replace: 'midway: () => advance(answered, end),',
  },
  {
    name: 'bounds not kept',
    file: 'shared/reading/cycle-progress.ts',
    find: "if (place.slot === 'backfill') return { ...state, backfill: kept };",
    replace: "if (place.slot === 'backfill') return { ...state, backfill: { ...kept, bounds: [] } };",
  },
  {
    name: 'pages cut by the source ignored in an instant',
    file: 'shared/reading/read-instant.ts',
    find: 'page.count < cap && page.nextLink === undefined;',
    replace: 'page.count < cap;',
  },
  {
    name: 'passes agree on what fits a page',
    file: 'shared/reading/read-page.ts',
    find: 'return pass.isWhole ? pass.pages : undefined;',
    replace: 'return pass.pages;',
  },
  {
    name: 'overlap counted from the end of a long read',
    file: 'shared/polling/read-front.ts',
    find: 'minTicks(frontThrough, state.frontCurrentAt ?? frontThrough) - overlap',
    replace: 'frontThrough - overlap',
  },
  {
    name: 'completeness taken from the local clock',
    file: 'shared/domain/tenants/completeness.ts',
    find: 'const proven = window.to === undefined ? visibleUntil : minTicks(window.to, visibleUntil);',
    replace:
      'const proven = window.to === undefined ? visibleUntil + 3_000_000_000n : minTicks(window.to, visibleUntil);',
  },
  {
    name: 'upper bound taken from the local clock',
    file: 'shared/polling/read-front.ts',
    find: 'cycle: live ?? { ...startCycle(from, undefined, now), bounds',
    replace: 'cycle: live ?? { ...startCycle(from, ticksFromMs(clock.nowMs()), now), bounds',
  },
];
