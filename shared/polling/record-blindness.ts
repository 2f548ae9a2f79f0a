import { noteBlindness } from '../domain/tenants/blindness.ts';
import type { TenantState } from '../domain/tenants/tenant-state.ts';
import type { Poll } from './tenant-poll.ts';

/**
 * Stores that the tenant was blind up to this poll, before a commit of it moves the complete point. Answers what the poll's last
 * commit does to the state, to say when that ended.
 */
export async function recordBlindness({ session, deps }: Poll): Promise<(state: TenantState) => TenantState> {
  const { table, settings } = deps;
  const known = session.state().lastBlind;
  const lastBlind = noteBlindness(session.state(), settings, table.serviceTime());
  if (lastBlind === undefined || lastBlind === known) return (state) => state;
  await session.commit({ change: (state) => ({ ...state, lastBlind }) });
  return (state) => ({ ...state, lastBlind: { ...lastBlind, until: table.serviceTime() } });
}
