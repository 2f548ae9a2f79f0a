import type { LinkStyle } from './consent-link.ts';
import type { SourceName } from './incident.ts';

/** A link at its birth, the only time that its address is shown. */
export interface NewLink {
  id: string;
  url: string;
  style: LinkStyle;
  tenantId: string | null;
  expiresAt: string;
}

/** An open link without what would let somebody use it. */
export interface LinkView {
  id: string;
  style: LinkStyle;
  tenantId: string | null;
  displayName: string | null;
  customer: string | null;
  labels: string[];
  source: SourceName;
  initiator: string;
  createdAt: string;
  expiresAt: string;
  attempts: number;
}
