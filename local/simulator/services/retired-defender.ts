import { textAnswer, type Answer } from '../http/answer.ts';
import type { SimulatedRequest } from '../http/simulated-request.ts';
import type { RetiredForm } from '../state/simulator.ts';
import type { World } from '../state/world.ts';
import { serviceError } from './service-error.ts';

const TEXT = 'This API has been retired. Migrate to Microsoft Graph, which needs the role SecurityIncident.Read.All.';

/** What a withdrawn API may answer: no document says which of these. */
export function answerRetired(world: World, { role }: SimulatedRequest, form: RetiredForm): Answer {
  const refuse = (status: number, code: string): Answer => serviceError(status, code, TEXT, world.random.guid());
  switch (form) {
    case 'not-found':
      return refuse(404, 'ResourceNotFound');
    case 'gone':
      return refuse(410, 'Gone');
    case 'bad-request':
      return refuse(400, 'BadRequest');
    case 'forbidden':
      return refuse(403, 'EndpointRetired');
    case 'page':
      return textAnswer(404, '<!doctype html><title>Not found</title>', { 'content-type': 'text/html' });
    case 'empty':
      return role === 'defender-get'
        ? refuse(404, 'ResourceNotFound')
        : { ...textAnswer(200, '{"value":[]}', { 'content-type': 'application/json' }), items: 0 };
  }
}
