import type { Ticks } from '../values/ticks.ts';
import type { Incident } from './incident.ts';

/** The incident as its `I!` row shows it. */
export interface StoredIncident {
  incident: Incident;
  updatedAt: Ticks;
  contentHash: string;
  timeAssumed: boolean;
  /** Too old to be kept: it is in no list any more and its rows are being deleted. */
  isExpiring: boolean;
  /** The source has it no more; it is in no open list. */
  isSourceMissing: boolean;
  /** Which generation of `A!` rows belongs to this version. */
  generation: number;
  /** ISO 8601 UTC, storage service's clock. */
  firstCollectedAt: string;
  /** When the shown version was stored; ISO 8601 UTC, storage service's clock. */
  collectedAt: string;
  /** Fields that were shortened to fit the row. */
  truncated: string[];
  /** Packed: which rows of the index lead to it; `undefined` when it was stored before there was an index. */
  index: Uint8Array | undefined;
}

/** What is needed to know of an alert row before it is replaced. */
export interface StoredAlertKey {
  rowKey: string;
  alertId: string;
  contentHash: string;
}
