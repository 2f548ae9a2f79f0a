import type { IncomingMessage, ServerResponse } from 'node:http';
import { formatTicks } from '../../../shared/domain/values/ticks.ts';
import type { SimulatorControl } from '../state/simulator.ts';

const PATH = '/__control';
/** A page of another origin cannot send it without a preflight, which is not answered. */
const GUARD_HEADER = 'x-simulator-control';

export function isControlRequest(incoming: IncomingMessage): boolean {
  return incoming.method === 'POST' && incoming.url === PATH && incoming.headers[GUARD_HEADER] === '1';
}

/**
 * `POST /__control` with header `X-Simulator-Control: 1` and `{"method": "addIncident", "args": [...]}`: the control's methods
 * for another process. Times are ISO 8601 both ways; hooks and predicates cannot be sent.
 */
export async function answerControl(
  control: SimulatorControl,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(body, toJsonValue));
  };
  try {
    const { method, args } = readCall(await readText(incoming), control);
    const result: unknown = method.apply(control, args);
    send(200, { result: result ?? null });
  } catch (error) {
    send(400, { error: error instanceof Error ? error.message : String(error) });
  }
}

interface ControlCall {
  method: (...args: unknown[]) => unknown;
  args: unknown[];
}

function readCall(text: string, control: SimulatorControl): ControlCall {
  const call = JSON.parse(text) as { method?: unknown; args?: unknown };
  const method: unknown =
    typeof call.method === 'string' && Object.hasOwn(control, call.method)
      ? (control as unknown as Record<string, unknown>)[call.method]
      : undefined;
  if (typeof method !== 'function')
    throw new Error(`Cannot call what the control does not have: ${String(call.method)}`);
  return { method: method as ControlCall['method'], args: Array.isArray(call.args) ? call.args : [] };
}

function toJsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return formatTicks(value);
  return value instanceof Map ? Object.fromEntries(value) : value;
}

async function readText(incoming: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}
