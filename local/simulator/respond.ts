import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Run } from './control/control.ts';
import { deliverWith } from './faults/deliver-with.ts';
import { echoAnswer } from './faults/echo-answer.ts';
import type { PlannedFaults } from './faults/fault-plan.ts';
import { replacingAnswer } from './faults/replacing-answer.ts';
import { answerGraph, chargeGraphCall } from './graph/graph.ts';
import { answerTenant } from './graph/graph-tenant.ts';
import { jsonAnswer, type Answer } from './http/answer.ts';
import { sendAnswer } from './http/send-answer.ts';
import type { SimulatedRequest } from './http/simulated-request.ts';
import { identifyRequest } from './identify-request.ts';
import { answerConsent } from './services/consent-pages.ts';
import { answerDefender, chargeCall } from './services/defender.ts';
import { answerDiscovery, answerToken } from './services/entra.ts';
import { answerIdentity } from './services/identity-endpoint.ts';
import { answerVault } from './services/key-vault.ts';
import type { SimulatorControl } from './state/simulator.ts';
import type { World } from './state/world.ts';

/** From a request's arrival to the last byte of its answer. */
export async function respond(
  { world, run, control }: { world: World; run: Run; control: SimulatorControl },
  arrival: { sequence: number; isIdentityPort: boolean },
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const request = await identifyRequest(incoming, world.directory, arrival);
  const at = world.clock.now();
  await run.beforeRespond?.(request, control);
  const faults = run.plan.take(request);
  const answer = faults.delivery.reduce(deliverWith, makeAnswer(world, request, faults));
  const date = new Date(world.clock.nowMs());
  run.log.push({
    sequence: request.sequence,
    at,
    role: request.role,
    method: request.method,
    path: request.path,
    tenantId: request.tenantId,
    query: request.query,
    incidentId: request.incidentId,
    status: answer.status,
    faults: faults.names,
    isAltered: answer.isAltered,
    items: answer.items,
    code: answer.code,
  });
  await run.afterPage?.(request, control);
  await sendAnswer(incoming, response, answer, date);
}

function makeAnswer(world: World, request: SimulatedRequest, faults: PlannedFaults): Answer {
  if (faults.replacing === undefined) return realAnswer(world, request, faults);
  chargeCall(world, request);
  chargeGraphCall(world, request);
  return faults.replacing.kind === 'echo'
    ? echoAnswer(request, faults.replacing)
    : replacingAnswer(world, faults.replacing);
}

function realAnswer(world: World, request: SimulatedRequest, { list, delivery }: PlannedFaults): Answer {
  const overwrites = delivery.flatMap((fault) => (fault.kind === 'token-claims' ? Object.entries(fault.claims) : []));
  const claims = Object.fromEntries(overwrites);
  switch (request.role) {
    case 'entra-discovery':
      return answerDiscovery(world, request);
    case 'entra-token':
      return answerToken(world, request, claims);
    case 'entra-consent':
      return answerConsent(world, request);
    case 'identity':
      return answerIdentity(world, request, claims);
    case 'vault':
      return answerVault(world, request);
    case 'defender-list':
    case 'defender-get':
      return answerDefender(world, request, list);
    case 'graph-tenant':
      return answerTenant(world, request);
    case 'graph-list':
    case 'graph-get':
    case 'graph-alerts':
      return answerGraph(world, request, list);
    case 'unknown':
      return jsonAnswer(404, { error: { code: 'NotFound', message: `The simulator has nothing at ${request.path}` } });
  }
}
