import type { Mutant } from './mutant-list.ts';

/** Breakages of what incidents are found and counted by. */
export const INDEX_MUTANTS: readonly Mutant[] = [
  {
    name: 'index written apart from its incident',
    file: 'shared/storing/write-incidents.ts',
    find: '      rows: (stamp) => chunk.flatMap((version) => planIncidentWrite(version, stamp).rows),',
    replace: `      rows: (stamp) =>
        chunk.flatMap((version) => planIncidentWrite(version, stamp).rows).filter(({ rowKey }) => !rowKey.startsWith('E!')),
    });
    await commitRepairing(deps, {
      change: (state) => state,
      rows: (stamp) =>
        chunk.flatMap((version) => planIncidentWrite(version, stamp).rows).filter(({ rowKey }) => rowKey.startsWith('E!')),`,
  },
  {
    name: 'index keeps removed evidence',
    file: 'shared/domain/rows/plan-index-write.ts',
    find: '    removals: isLater ? [] : removals,',
    replace: '    removals: [],',
  },
  {
    name: 'a changed incident is counted twice',
    file: 'shared/storing/write-incidents.ts',
    find: '(stored === undefined || stored.isExpiring ? [] : [stored.incident])',
    replace: '(stored === undefined || !stored.isExpiring ? [] : [stored.incident])',
  },
  {
    name: 'an incident that is too old stays counted',
    file: 'shared/removal/expire-incidents.ts',
    find: 'countCreated(state.created, { gone: counted, come: [] }, table.serviceTime())',
    replace: 'countCreated(state.created, { gone: [], come: [] }, table.serviceTime())',
  },
  {
    name: 'follower says how far it is before it has looked',
    file: 'shared/campaigns/follow-changes.ts',
    find: '    const { bad, gone, ownDomains } = await readNews(incidents, page.rows);',
    replace: `    etag = await saveThrough(incidents, page.next === undefined ? before : reachedBy(page.next, since, before), etag);
    if (etag === undefined) return through;
    const { bad, gone, ownDomains } = await readNews(incidents, page.rows);`,
  },
  {
    name: 'campaigns count what was written before',
    file: 'shared/campaigns/settle-campaign.ts',
    find: '    if (home !== undefined) await remove(incidents, home);',
    replace: '',
  },
  {
    name: 'retention leaves its incidents in campaigns',
    file: 'shared/removal/expire-incidents.ts',
    find: '  await write.leaveCampaigns(tenantId, new Set(values));',
    replace: '',
  },
  {
    name: 'a purged tenant stays in campaigns',
    file: 'shared/removal/purge-tenant.ts',
    find: '      await leaveAllCampaigns(incidents, tenantId);',
    replace: '',
  },
];
