import type { SourceChoice } from '../domain/incidents/incident.ts';
import type { TenantStatus } from '../domain/tenants/tenant-state.ts';
import type { Identification, Verification } from '../domain/tenants/verification.ts';
import type { TenantId } from '../domain/values/tenant-id.ts';

export interface ControlChange {
  /** `null` leaves it to the setting. */
  source?: SourceChoice | null;
  paused?: boolean;
}

/** A consent that a one-time link brought. */
export interface ReceivedConsent {
  /** Identifies the consent, so that it is accepted once. */
  consentId: string;
  /** The link was made for this tenant by an operator. */
  isBound: boolean;
  /** The tenant may be registered anew: it is expected, or nothing else remembers it. */
  mayRegister: boolean;
  /** The tenant was deleted, and a link that is bound to it brings it back. */
  comesBack: boolean;
  source: SourceChoice | undefined;
}

export interface ConsentResult {
  /** `registered`: the tenant is or was there and the consent was not expected, so nothing changed. */
  kind: 'accepted' | 'registered' | 'purging';
  /** `undefined` when the tenant was never registered in this app or is gone. */
  status: TenantStatus | undefined;
  /** This call took the consent up, none before. */
  isNew: boolean;
}

export interface ConsentProof {
  /** The token that Entra gave is for this tenant, our app and the API, and holds the role. */
  isProven: boolean;
  /** The tenant's status afterwards; `undefined` when it is gone. */
  status: TenantStatus | undefined;
}

/**
 * Everything that changes the table `Incidents` on behalf of people, or needs the client credential. Arguments and results are
 * plain data: an app without these rights can send them as commands to one that has them.
 */
export interface TenantControl {
  /** Registers an unknown tenant as `pending`, else changes what is given. True when it was unknown. */
  register(tenantId: TenantId, change: ControlChange): Promise<boolean>;
  /** Registers an unknown tenant as `invited` and leaves a known one as it is. True when it was unknown. */
  invite(tenantId: TenantId, source: SourceChoice | undefined): Promise<boolean>;
  /** An `awaiting-approval` tenant becomes `pending` and due, or is gone. */
  decide(tenantId: TenantId, decision: 'approve' | 'reject'): Promise<'decided' | 'unknown'>;
  /** Stops collection and keeps what is stored. */
  stop(tenantId: TenantId): Promise<'done' | 'unknown'>;
  /** Orders the erasure of a paused tenant. */
  purge(tenantId: TenantId): Promise<'done' | 'unknown'>;
  /** The tenant is due at the next tick; returns since when, ISO 8601 UTC. */
  collectNow(tenantId: TenantId): Promise<string>;
  /** Accepts a consent, once. */
  acceptConsent(tenantId: TenantId, consent: ReceivedConsent): Promise<ConsentResult>;
  /**
   * Gets and checks a token; waits up to the given time while the consent spreads. A `pending` tenant becomes `active` by it.
   */
  prove(tenantId: TenantId, timeoutMs: number): Promise<ConsentProof>;
  verify(tenantId: TenantId): Promise<Verification>;
  /** What the tenant calls itself. */
  identify(tenantId: TenantId): Promise<Identification>;
}
