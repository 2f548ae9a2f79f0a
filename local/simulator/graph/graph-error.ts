import { jsonAnswer, type Answer } from '../http/answer.ts';
import type { World } from '../state/world.ts';

/** An error of Microsoft Graph; the request id is what Microsoft's support asks for. */
export function graphError(world: World, status: number, code: string, message: string): Answer {
  const requestId = world.random.guid();
  const innerError = {
    date: new Date(world.clock.nowMs()).toISOString().slice(0, 19),
    'request-id': requestId,
    'client-request-id': requestId,
  };
  const answer = jsonAnswer(status, { error: { code, message, innerError } }, { 'request-id': requestId });
  return { ...answer, code };
}
