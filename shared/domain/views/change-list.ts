import type { LoggedChange } from '../rows/read-incident-rows.ts';
import type { Coverage } from './coverage.ts';

export interface ShownChange extends LoggedChange {
  tenantName: string | null;
}

export interface ChangeList {
  changes: ShownChange[];
  cursor: string | null;
  /** Every entry stored before then was shown, by this page or one before; the next list may begin there. */
  through: string;
  coverage: Coverage;
}
