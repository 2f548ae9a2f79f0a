import { listTenantCommands } from '../../../functions/commands/list-tenant-commands.ts';
import { recallTenantCommand } from '../../../functions/commands/recall-tenant-command.ts';
import { changeWaitingCommands } from '../../../shared/commands/keep-waiting-commands.ts';
import { addCommand, claimFirst } from '../../../shared/domain/commands/waiting-commands.ts';
import { tenantNumber } from '../../helpers/seed.ts';
import type { ApiWorld } from '../../helpers/worlds/api-world.ts';
import type { StatusCases } from './status-cases.ts';

const tenantId = tenantNumber(45);
const WAITING = { tenantId, commandId: '00000000-0000-4000-8000-000000000001' };
const RUNNING = { tenantId, commandId: '00000000-0000-4000-8000-000000000002' };

const NOBODY = { tenantId, commandId: '00000000-0000-4000-8000-000000000009' };

/** A pause that a portal sent while the collecting app was down. */
async function send({ services }: ApiWorld, params = WAITING): Promise<void> {
  const command = {
    id: params.commandId,
    day: '2026-01-01',
    method: 'register',
    arguments: [tenantId, { paused: true }],
  };
  await changeWaitingCommands(services.tenants, tenantId, (waiting, now) => addCommand(waiting, command, now));
}

export const COMMAND_STATUSES: readonly StatusCases[] = [
  {
    handler: listTenantCommands,
    request: { params: { tenantId } },
    statuses: {
      200: async (world) => {
        await send(world);
        return world.call(listTenantCommands, { params: { tenantId } });
      },
      400: ({ call }) => call(listTenantCommands, { params: { tenantId: 'forty' } }),
    },
  },
  {
    handler: recallTenantCommand,
    request: { params: NOBODY },
    statuses: {
      204: async (world) => {
        await send(world);
        return world.call(recallTenantCommand, { params: WAITING });
      },
      400: ({ call }) => call(recallTenantCommand, { params: { ...WAITING, tenantId: 'forty' } }),
      404: ({ call }) => call(recallTenantCommand, { params: NOBODY }),
      409: async (world) => {
        await send(world, RUNNING);
        await changeWaitingCommands(world.services.tenants, tenantId, (waiting, now) =>
          claimFirst(waiting, 'a worker', now),
        );
        return world.call(recallTenantCommand, { params: RUNNING });
      },
    },
  },
];
