import { readFileSync } from 'node:fs';

/** Names in Microsoft Graph's v1.0 metadata. */
interface GraphNames {
  incident: string[];
  alert: string[];
  /** Fields by type. */
  evidence: Record<string, string[]>;
  /** Members by enumeration. */
  words: Record<string, string[]>;
}

const FILE = new URL('../fixtures/graph-names.json', import.meta.url);

export const GRAPH_NAMES = JSON.parse(readFileSync(FILE, 'utf8')) as GraphNames;
