export interface QueueSettings {
  readonly batchSize: number;
  readonly newBatchThreshold: number;
  readonly maxDequeueCount: number;
  readonly visibilityTimeoutSeconds: number;
  readonly messageEncoding: 'base64' | 'none';
}

export interface HostJson {
  readonly functionTimeoutMs: number;
  readonly routePrefix: string;
  readonly customHeaders: Readonly<Record<string, string>>;
  readonly maxOutstandingRequests: number;
  readonly maxConcurrentRequests: number;
  readonly queues: QueueSettings;
}

const MAX_BATCH_SIZE = 32;

/** Reads the text of host.json; what it leaves out gets the default of the Functions host. */
export function readHostJson(text: string): HostJson {
  const root = readSection(JSON.parse(text), 'host.json');
  const extensions = readSection(root['extensions'], 'extensions');
  const http = readSection(extensions['http'], 'extensions.http');
  return {
    functionTimeoutMs: readTimeSpan(root, 'functionTimeout', '00:30:00'),
    routePrefix: readText(http, 'routePrefix', 'api').replace(/^\/+|\/+$/g, ''),
    customHeaders: readHeaders(http['customHeaders']),
    maxOutstandingRequests: readCount(http, 'maxOutstandingRequests', 200),
    maxConcurrentRequests: readCount(http, 'maxConcurrentRequests', 100),
    queues: readQueues(readSection(extensions['queues'], 'extensions.queues')),
  };
}

function readQueues(section: Record<string, unknown>): QueueSettings {
  const batchSize = readCount(section, 'batchSize', 16);
  if (batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
    throw new Error(
      `Cannot use host.json as "batchSize" must be 1 to ${MAX_BATCH_SIZE}: current value is ${batchSize}`,
    );
  }
  const messageEncoding = readText(section, 'messageEncoding', 'base64');
  if (messageEncoding !== 'base64' && messageEncoding !== 'none') {
    throw new Error(
      `Cannot use host.json as "messageEncoding" must be base64 or none: current value is ${messageEncoding}`,
    );
  }
  return {
    batchSize,
    newBatchThreshold: readCount(section, 'newBatchThreshold', Math.floor(batchSize / 2)),
    maxDequeueCount: readCount(section, 'maxDequeueCount', 5),
    visibilityTimeoutSeconds: readTimeSpan(section, 'visibilityTimeout', '00:00:00') / 1_000,
    messageEncoding,
  };
}

function readSection(value: unknown, name: string): Record<string, unknown> {
  if (value === undefined) return {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`Cannot use host.json as "${name}" must be an object: current value is ${JSON.stringify(value)}`);
  }
  return value as Record<string, unknown>;
}

function readText(section: Record<string, unknown>, name: string, fallback: string): string {
  const value = section[name] ?? fallback;
  if (typeof value === 'string') return value;
  throw new Error(`Cannot use host.json as "${name}" must be a text: current value is ${JSON.stringify(value)}`);
}

function readCount(section: Record<string, unknown>, name: string, fallback: number): number {
  const value = section[name] ?? fallback;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw new Error(
    `Cannot use host.json as "${name}" must be a whole number: current value is ${JSON.stringify(value)}`,
  );
}

function readTimeSpan(section: Record<string, unknown>, name: string, fallback: string): number {
  const text = readText(section, name, fallback);
  const [, hours, minutes, seconds] = /^(\d{1,2}):([0-5]\d):([0-5]\d)$/.exec(text) ?? [];
  if (hours === undefined) {
    throw new Error(`Cannot use host.json as "${name}" must be a time like 00:10:00: current value is ${text}`);
  }
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}

function readHeaders(value: unknown): Record<string, string> {
  const section = readSection(value, 'customHeaders');
  return Object.fromEntries(Object.keys(section).map((name) => [name, readText(section, name, '')]));
}
