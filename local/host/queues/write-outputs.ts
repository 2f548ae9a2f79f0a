import { describeQueue } from '../functions/describe-function.ts';
import type { FunctionMetadata, InvocationResponse, RpcData } from '../functions/functions-core.ts';
import type { QueueService } from './queue-service.ts';

/** Sends what a function left for its queue outputs; the array of one output becomes one message per element. */
export async function writeOutputs(
  { name, bindings }: FunctionMetadata,
  { returnValue, outputData }: InvocationResponse,
  queues: QueueService,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const outputs = [...(outputData ?? []), { name: '$return', data: returnValue }];
  for (const output of outputs) {
    const binding = bindings[output.name];
    if (binding?.type.toLowerCase() !== 'queue' || output.data === undefined || output.data === null) continue;
    const { connection, queueName } = describeQueue(name, binding, env);
    const queue = await queues.open(connection, queueName);
    for (const text of toMessages(output.data)) await queue.send(text);
  }
}

function toMessages(data: RpcData): string[] {
  if (data.string !== undefined) return [data.string];
  if (data.bytes !== undefined) return [Buffer.from(data.bytes).toString('utf8')];
  if (data.json !== undefined) return readJsonMessages(data.json);
  const number = data.int ?? data.double;
  return number === undefined ? [] : [String(number)];
}

function readJsonMessages(json: string): string[] {
  const value: unknown = JSON.parse(json);
  const elements: unknown[] = Array.isArray(value) ? value : [value];
  return elements
    .filter((element) => element !== null)
    .map((element) => (typeof element === 'string' ? element : JSON.stringify(element)));
}
