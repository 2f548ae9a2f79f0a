import { approveTenant } from '../../../functions/tenants/approve-tenant.ts';
import { collectTenant } from '../../../functions/tenants/collect-tenant.ts';
import { identifyTenant } from '../../../functions/tenants/identify-tenant.ts';
import { rejectTenant } from '../../../functions/tenants/reject-tenant.ts';
import { verifyTenant } from '../../../functions/tenants/verify-tenant.ts';
import { createQueuedControl } from '../../../shared/commands/create-queued-control.ts';
import { changeWaitingCommands } from '../../../shared/commands/keep-waiting-commands.ts';
import { runTenantCommand } from '../../../shared/commands/run-tenant-command.ts';
import { NO_COMMANDS } from '../../../shared/domain/commands/waiting-commands.ts';
import type { ApiHandler } from '../../../shared/edge/http-handler.ts';
import type { Services } from '../../../shared/wiring/services.ts';
import { callWith } from '../../helpers/api/call-function.ts';
import { seedRecord, seedState, tenantNumber } from '../../helpers/seed.ts';
import type { ApiWorld } from '../../helpers/worlds/api-world.ts';
import type { StatusCases } from './status-cases.ts';

const tenantId = tenantNumber(30);
const request = { params: { tenantId } };

function actionCases(handler: ApiHandler, status: 'active' | 'awaiting-approval', success: number): StatusCases {
  return {
    handler,
    request,
    statuses: {
      [success]: async ({ call, services }) => {
        await seedState(services.incidents, tenantId, { status });
        await seedRecord(services.tenants, tenantId, { displayName: 'Thirty' });
        return call(handler, request);
      },
      400: ({ call }) => call(handler, { params: { tenantId: 'thirty' } }),
      404: ({ call }) => call(handler, { params: { tenantId: tenantNumber(39) } }),
      409: async ({ call, services }) => {
        await seedState(services.incidents, tenantId, { status: 'consent-missing' });
        return call(handler, request);
      },
    },
  };
}

export const TENANT_ACTION_STATUSES: readonly StatusCases[] = [
  actionCases(approveTenant, 'awaiting-approval', 200),
  actionCases(rejectTenant, 'awaiting-approval', 204),
  actionCases(collectTenant, 'active', 202),
  findingCases(verifyTenant),
  findingCases(identifyTenant),
];

/** Each is carried out for its answer alone. */
function findingCases(handler: ApiHandler): StatusCases {
  return {
    handler,
    request,
    statuses: {
      200: async ({ call, services }) => {
        await seedState(services.incidents, tenantId, { status: 'active' });
        return call(handler, request);
      },
      400: ({ call }) => call(handler, { params: { tenantId: 'thirty' } }),
      404: ({ call }) => call(handler, { params: { tenantId: tenantNumber(39) } }),
      409: (world) => callWith(() => createRecallingServices(world))(handler, request),
    },
  };
}

/** A portal whose every command is recalled before the collecting app takes it up. */
function createRecallingServices({ services }: ApiWorld): Services {
  const { commandDeps, tenants, clock } = services;
  const send = async (message: object): Promise<void> => {
    await changeWaitingCommands(tenants, tenantId, () => NO_COMMANDS);
    await runTenantCommand({ ...commandDeps, log: () => undefined }, message);
  };
  const { outcomes } = commandDeps;
  return { ...services, control: createQueuedControl({ queue: { send }, tenants, outcomes, clock }) };
}
