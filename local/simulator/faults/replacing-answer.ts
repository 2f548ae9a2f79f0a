import { gzipSync } from 'node:zlib';
import { jsonAnswer, textAnswer, type Answer } from '../http/answer.ts';
import { entraError } from '../services/entra-error.ts';
import { throttleAnswer } from '../services/throttle-answer.ts';
import type { ReplacingFault } from '../state/fault.ts';
import type { World } from '../state/world.ts';

const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const SIGN_IN_PAGE =
  '<!DOCTYPE html><html><head><title>Service unavailable</title></head><body><h2>Our services are not available right now</h2></body></html>';

/** The answer that is sent instead of the real one. */
export function replacingAnswer(world: World, fault: Exclude<ReplacingFault, { kind: 'echo' }>): Answer {
  switch (fault.kind) {
    case 'status':
      return statusAnswer(world, fault);
    case 'throttle':
      return throttleAnswer(fault.form, fault.seconds, world.clock.nowMs(), world.random.guid());
    case 'entra-error':
      return entraError(fault.code, { ...fault, nowMs: world.clock.nowMs(), random: world.random });
    case 'reset':
      return { ...textAnswer(0, ''), delivery: { kind: 'reset' } };
    case 'raw':
      return { ...textAnswer(200, ''), delivery: fault };
    case 'html':
      return textAnswer(200, SIGN_IN_PAGE, { 'content-type': 'text/html; charset=utf-8' });
    case 'not-json':
      return textAnswer(200, fault.body ?? 'upstream connect error or disconnect', JSON_TYPE);
    case 'huge-body':
      return textAnswer(200, hugePage(fault.bytes), JSON_TYPE);
    case 'gzip-bomb':
      return textAnswer(200, gzipSync(hugePage(fault.bytes), { level: 9 }), {
        ...JSON_TYPE,
        'content-encoding': 'gzip',
      });
  }
}

function statusAnswer(
  world: World,
  { status, body, headers = {} }: Extract<ReplacingFault, { kind: 'status' }>,
): Answer {
  if (typeof body === 'string') return textAnswer(status, body, headers);
  const code = status >= 500 ? 'InternalServerError' : 'BadRequest';
  const message = status >= 500 ? 'Encountered internal server error.' : 'The request was refused.';
  const standard = { error: { code, message, target: world.random.guid() } };
  return { ...jsonAnswer(status, body ?? standard, headers), code: body === undefined ? code : undefined };
}

function hugePage(bytes: number): Buffer {
  const [head, tail] = ['{"value":[{"incidentId":1,"incidentName":"', '"}]}'];
  const page = Buffer.alloc(Math.max(bytes, head.length + tail.length), 'A');
  page.write(head, 0);
  page.write(tail, page.length - tail.length);
  return page;
}
