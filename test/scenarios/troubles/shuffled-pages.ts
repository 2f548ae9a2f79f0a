import type { IncidentSource } from '../../../shared/ports/incident-source.ts';

/** Counts the answers that were neither newest nor oldest first. */
export function countShuffledPages(): { count(): number; wrapSource(source: IncidentSource): IncidentSource } {
  let shuffled = 0;
  return {
    count: () => shuffled,
    wrapSource: (source) => ({
      open: async (tenantId) => {
        const reader = await source.open(tenantId);
        return {
          ...reader,
          list: async (query) => {
            const page = await reader.list(query);
            const steps = page.incidents.slice(1).map(({ updatedAt }, place) => {
              const before = page.incidents[place]?.updatedAt ?? updatedAt;
              return updatedAt > before ? 1 : updatedAt < before ? -1 : 0;
            });
            if (steps.includes(1) && steps.includes(-1)) shuffled += 1;
            return page;
          },
        };
      },
    }),
  };
}
