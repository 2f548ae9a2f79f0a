import type { LoggedChange } from '../rows/read-incident-rows.ts';
import type { Coverage } from './coverage.ts';

export interface ShownChange extends LoggedChange {
  tenantName: string | null;
}

/** Incidents of the past that were read for the first time. */
export interface FirstRead {
  tenantId: string;
  tenantName: string | null;
  incidents: number;
}

export interface ChangeList {
  changes: ShownChange[];
  /** What this page has passed over, where first reads are folded. */
  firstReads?: FirstRead[];
  cursor: string | null;
  /** Every entry stored before then was shown, by this page or one before; the next list may begin there. */
  through: string;
  coverage: Coverage;
}
