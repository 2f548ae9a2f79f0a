import { inspect } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { TableClient } from '@azure/data-tables';
import type { SimulatedRequest } from '../../../local/simulator/http/simulated-request.ts';

export const SINK_NAMES = ['logs', 'answers', 'rows', 'queue messages', 'error texts', 'telemetry'] as const;
export type SinkName = (typeof SINK_NAMES)[number];

/** Everything that leaves the collector, as text. */
export type Sinks = Record<SinkName, string[]>;

/** What must be in none of them: planted secrets, and whatever was proved or authorised with on the wire. */
export interface Canaries {
  plant(value: string): void;
  /** Takes note of the credentials that a request carries. */
  watch(request: Pick<SimulatedRequest, 'headers' | 'body'>): void;
  count(): number;
  /** One line for each sink with a canary in it. */
  findIn(sinks: Sinks): string[];
}

export function createSinks(): Sinks {
  return { logs: [], answers: [], rows: [], 'queue messages': [], 'error texts': [], telemetry: [] };
}

/** As a crash report would print it: hidden properties and causes too. */
export function errorText(error: unknown): string {
  const shown = inspect(error, { depth: 20, showHidden: true, maxStringLength: null });
  const stack = error instanceof Error ? `${error.message} ${error.stack ?? ''}` : '';
  return `${shown} ${stack} ${toJson(error)}`;
}

function toJson(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return ''; // refers to itself; what is shown says it all
  }
}

/** Shorter ones are no secrets, and are found in anything. */
const MIN_CHARS = 12;
const CREDENTIAL_FIELDS = ['client_secret', 'client_assertion'];

export function createCanaries(): Canaries {
  const values = new Set<string>();
  const plant = (value: string): void => {
    if (value.length >= MIN_CHARS) values.add(value);
  };
  return {
    plant,
    watch: ({ headers, body }) => {
      const token = /^(?:Bearer|SharedKey(?:Lite)? \w+:) ?(.+)$/i.exec(headers['authorization'] ?? '')?.[1];
      const form = body.includes('grant_type') ? new URLSearchParams(body) : new URLSearchParams();
      const proofs = CREDENTIAL_FIELDS.map((name) => form.get(name) ?? '');
      for (const value of [token ?? '', ...proofs]) {
        plant(value);
        // A token's header is the same in all; claims and signature are its own.
        if (value.split('.').length === 3) value.split('.').slice(1).forEach(plant);
      }
    },
    count: () => values.size,
    findIn: (sinks) => {
      const needles = [...values].flatMap(spellings);
      return SINK_NAMES.flatMap((sink) => {
        const texts = sinks[sink].join('\n');
        const found = needles.find((needle) => texts.includes(needle));
        return found === undefined ? [] : [`${sink}: …${around(texts, found)}…`];
      });
    },
  };
}

function around(text: string, needle: string): string {
  const at = text.indexOf(needle);
  return text.slice(Math.max(0, at - 120), at + needle.length + 40);
}

/** As it is, and as it looks in a URL, in JSON and in a header. */
function spellings(value: string): string[] {
  const base64 = Buffer.from(value).toString('base64').replace(/=+$/, '');
  const url = Buffer.from(value).toString('base64url');
  return [...new Set([value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), base64, url])];
}

/** All properties of all rows, unpacked where they are packed. */
export async function readAllRows(connectionString: string, tables: readonly string[]): Promise<string[]> {
  const texts: string[] = [];
  for (const table of tables) {
    const client = TableClient.fromConnectionString(connectionString, table, { allowInsecureConnection: true });
    for await (const row of client.listEntities())
      texts.push(...Object.entries(row).map(([name, value]) => `${name}=${unpack(value)}`));
  }
  return texts;
}

function unpack(value: unknown): string {
  if (!(value instanceof Uint8Array)) return String(value);
  const isGzip = value[0] === 0x1f && value[1] === 0x8b;
  return Buffer.from(isGzip ? gunzipSync(value) : value).toString('utf8');
}
