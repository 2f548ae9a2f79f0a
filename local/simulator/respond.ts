import type { IncomingMessage, ServerResponse } from 'node:http';
import { jsonAnswer, type Answer } from './answer.ts';
import type { Run } from './control.ts';
import { answerDefender, chargeCall } from './defender.ts';
import { answerConsent } from './consent-pages.ts';
import { deliverWith } from './deliver-with.ts';
import { answerDiscovery, answerToken } from './entra.ts';
import { echoAnswer } from './echo-answer.ts';
import type { PlannedFaults } from './fault-plan.ts';
import { answerGraph, chargeGraphCall } from './graph/graph.ts';
import { identifyRequest } from './identify-request.ts';
import { answerIdentity } from './identity-endpoint.ts';
import { answerVault } from './key-vault.ts';
import { replacingAnswer } from './replacing-answer.ts';
import { sendAnswer } from './send-answer.ts';
import type { SimulatorControl } from './simulator.ts';
import type { SimulatedRequest } from './simulated-request.ts';
import type { World } from './world.ts';

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
    case 'graph-list':
    case 'graph-get':
    case 'graph-alerts':
      return answerGraph(world, request, list);
    case 'unknown':
      return jsonAnswer(404, { error: { code: 'NotFound', message: `The simulator has nothing at ${request.path}` } });
  }
}
