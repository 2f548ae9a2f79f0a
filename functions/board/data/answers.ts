import type { LeftOutReason } from '../../../shared/domain/campaigns/noise.ts';
import type { LinkView } from '../../../shared/domain/consent/link-view.ts';
import type { ErasedRows } from '../../../shared/domain/tenants/erasure.ts';
import type { CampaignView } from '../../../shared/domain/views/campaign-view.ts';
import type { BlindTenant, Coverage } from '../../../shared/domain/views/coverage.ts';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import type { FoundIncident, Searched, SearchedPlace } from '../../../shared/domain/views/search-view.ts';
import type { ShownStatus, TenantView } from '../../../shared/domain/views/tenant-view.ts';

/** Responses of the API of docs/api.md, as far as the page reads them. */
export interface BoardSettings {
  signIn: 'keys' | 'entra';
}

export interface IncidentPage {
  incidents: ListedIncident[];
  cursor: string | null;
  coverage: Coverage;
}

export interface SearchPage {
  incidents: FoundIncident[];
  cursor: string | null;
  coverage: Coverage;
  searched: Searched & SearchedPlace;
}

export interface CampaignPage {
  campaigns: CampaignView[];
  cursor: string | null;
  since: string;
  through: string | null;
  leftOut: { reason: LeftOutReason; count: number }[];
  coverage: Coverage;
  searched: SearchedPlace;
}

export interface TenantPage {
  tenants: TenantView[];
  cursor: string | null;
  /** Those of the page that are blind, all of them. */
  blind: BlindTenant[];
}

/** A customer with the API's judgement on it. */
export interface BoardTenant extends TenantView {
  blind: BlindTenant | undefined;
}

export interface ConsentLinkPage {
  consentLinks: LinkView[];
  cursor: string | null;
}

/** How far the off-boarding of a customer has come. */
export interface Offboarding {
  status: ShownStatus | 'erased';
  startedAt: string | null;
  erasedAt: string | null;
  erased: ErasedRows | null;
  remaining: number | null;
  accessStillPossible: boolean | null;
  accessCheckedAt: string | null;
  nextSteps: string[];
}

export interface ConsentLinkRequest {
  tenantId?: string;
  displayName?: string;
  customer?: string;
  labels?: string[];
  expiresInHours?: number;
}
