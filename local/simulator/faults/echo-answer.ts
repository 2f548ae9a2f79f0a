import { jsonAnswer, textAnswer, type Answer } from '../http/answer.ts';
import type { SimulatedRequest } from '../http/simulated-request.ts';
import type { ReplacingFault } from '../state/fault.ts';

/** An answer that repeats the request, headers and body, in each of the places where a client may look for a reason. */
export function echoAnswer(
  { method, path, search, headers, body }: SimulatedRequest,
  { status, form, aadsts }: Extract<ReplacingFault, { kind: 'echo' }>,
): Answer {
  const shown = Object.entries(headers).map(([name, value]) => `${name}: ${value ?? ''}`);
  const sent = [`${method} ${path}?${search.toString()}`, ...shown, '', body, decodeURIComponent(body)].join('\n');
  const headline = { 'retry-after': '1', warning: `199 - "${(headers['authorization'] ?? '').slice(0, 2_000)}"` };
  switch (form) {
    case 'html':
      return textAnswer(status, `<html><body><pre>${sent}</pre></body></html>`, { 'content-type': 'text/html' });
    case 'text':
      return textAnswer(status, sent, headline);
    case 'json':
      return jsonAnswer(status, aadsts === undefined ? serviceBody(sent) : entraBody(sent, aadsts));
  }
}

function serviceBody(sent: string): object {
  return { error: { code: sent, message: sent, target: sent, innererror: { code: sent } }, value: sent, message: sent };
}

function entraBody(sent: string, aadsts: number): object {
  return {
    error: 'invalid_client',
    error_description: `AADSTS${aadsts}: ${sent} Trace ID: 00000000-0000-4000-8000-000000000001`,
    error_codes: [aadsts],
    suberror: sent,
    trace_id: sent,
    claims: sent,
  };
}
