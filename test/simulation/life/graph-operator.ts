import type { TenantId } from '../../../shared/domain/values/tenant-id.ts';
import { AppError } from '../../../shared/errors.ts';
import { registerState } from '../../../shared/tenants/register-state.ts';
import { stateKey } from '../../../shared/domain/rows/row-keys.ts';
import { readStateRow } from '../../../shared/domain/tenants/tenant-state-row.ts';
import { shardOf } from '../../../shared/domain/values/tenant-id.ts';
import { createSimClock, createSimTable } from './sim-table-port.ts';
import { newMachine, note, report, tell, type World } from '../source/world.ts';
import type { GraphWorld, Switch } from '../source/graph-world.ts';

const TRIES = 5;
const RETRY_MS = 20_000;

/** An operator moves all tenants to another source, each by a call of its own, whoever is at them. */
export function scheduleSwitches(world: World, { switches }: GraphWorld): void {
  for (const change of switches)
    world.time.at(change.atMs, () => {
      for (const tenantId of world.tenants.keys())
        if (tenantId !== world.erasedTenant) void switchTo(world, tenantId, change);
    });
}

async function switchTo(world: World, tenantId: TenantId, { to }: Switch): Promise<void> {
  const machine = newMachine(world);
  const [incidents, clock] = [createSimTable(world, machine), createSimClock(world, machine)];
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      await registerState({ incidents, clock, defaultSource: 'defender' }, tenantId, { source: to }, 'pending');
    } catch (error) {
      if (!(error instanceof AppError)) report(world, `bug: ${error instanceof Error ? error.stack : String(error)}`);
    }
    if (readStateRow(world.table.get(shardOf(tenantId), stateKey(tenantId))?.properties ?? {}).ownSource === to) break;
    await clock.sleep(RETRY_MS);
  }
  note(world, `switched to ${to}`);
  tell(world, () => `${tenantId.slice(0, 8)} is to be read from ${to}`);
}
