import type { SourceName } from '../../shared/domain/incidents/incident.ts';
import type { World } from '../scenarios/cloud/scenario-cloud.ts';

/** The simulated source that a collector is to read, and its time. */
export interface SourcePlace {
  /** Which of Microsoft's APIs is to be read. */
  source: SourceName;
  /** Origin of `/api/incidents` and `/v1.0/security/incidents`. */
  url: string;
  tenantId: string;
  /** A bearer token for this tenant. */
  getToken(): Promise<string>;
  /** The world's time, in ms since 1970; it passes only while somebody sleeps or is answered. */
  nowMs(): number;
  sleep(ms: number): Promise<void>;
}

/** One version of one incident, as a collector has passed it on. */
export interface SeenVersion {
  incidentId: string;
  lastUpdateTime: string;
}

/** What the kit needs of a collector. */
export interface CollectorUnderTest {
  /** One scheduled poll. A poll that throws has failed; the next one comes five minutes later all the same. */
  poll(): Promise<void>;
  /** All versions that were stored or passed on so far, in the order in which they were. */
  versions(): Promise<SeenVersion[]>;
}

/** A new collector that knows nothing yet. Others need `place` only; ours brings its tables in `world`. */
export type OpenCollector = (place: SourcePlace, world: World) => CollectorUnderTest;
