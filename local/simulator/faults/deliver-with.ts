import type { Answer } from '../http/answer.ts';
import type { DeliveryFault } from '../state/fault.ts';

/** The answer with one delivery fault on it. */
export function deliverWith(answer: Answer, fault: DeliveryFault): Answer {
  switch (fault.kind) {
    case 'delay':
      return { ...answer, delayMs: answer.delayMs + fault.ms };
    case 'truncated-json':
      return fault.how === 'abort'
        ? { ...answer, delivery: { kind: 'abort' } }
        : { ...answer, body: firstHalf(answer.body) };
    case 'slow-drip':
      return { ...answer, delivery: { ...fault, kind: 'drip' } };
    case 'warning': {
      const warning = fault.text ?? '199 - "Microsoft Defender XDR/partial result"';
      return { ...answer, status: fault.status ?? answer.status, headers: { ...answer.headers, warning } };
    }
    case 'token-claims':
      return answer; // was taken into account when the token was made
  }
}

function firstHalf(body: string | Buffer): string | Buffer {
  return body.slice(0, Math.ceil(body.length / 2));
}
