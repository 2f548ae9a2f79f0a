import { noteBlindness } from '../domain/tenants/blindness.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import type { Poll } from './tenant-poll.ts';

/**
 * Records that the tenant was blind up to this poll, before a commit of the poll moves `completeThrough`. Returns how the poll's
 * last commit changes the state to record the end.
 */
export async function recordBlindness({ session, deps }: Poll): Promise<(state: TenantState) => TenantState> {
  const { table, settings } = deps;
  const known = session.state().lastBlind;
  const lastBlind = noteBlindness(session.state(), settings, table.serviceTime());
  if (lastBlind === undefined || lastBlind === known) return (state) => state;
  await session.commit({ change: (state) => ({ ...state, lastBlind }) });
  return (state) => ({ ...state, lastBlind: { ...lastBlind, until: table.serviceTime() } });
}
