import type { SourceChoice } from '../incidents/incident.ts';
import type { LinkStyle } from './consent-link.ts';

/** A link at its birth, the only time that its address is shown. */
export interface NewLink {
  id: string;
  url: string;
  style: LinkStyle;
  tenantId: string | null;
  /** The source whose roles the link requests. */
  source: SourceChoice;
  /** The least role with which an administrator of the customer can approve. */
  approver: string;
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
  source: SourceChoice;
  initiator: string;
  createdAt: string;
  expiresAt: string;
  attempts: number;
  /** Why the last of the attempts brought no consent. */
  lastRefusal: RefusalView | null;
}

export interface RefusalView {
  /** ISO 8601 UTC. */
  at: string;
  /** The outcome shown to the visitor, e.g. `entra-error` or `declined`. */
  outcome: string;
  /** As in docs/errors.md; `null` where Entra gave no number that is known. */
  code: string | null;
  /** Entra's AADSTS number. */
  aadsts: number | null;
  /** What the provider does about it. */
  action: string | null;
}
