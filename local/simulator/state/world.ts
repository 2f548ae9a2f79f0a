import type { TokenSigner } from '../basics/jwt.ts';
import type { Random } from '../basics/random.ts';
import type { RateLimiter } from '../basics/rate-limiter.ts';
import type { SimulatorClock } from '../basics/simulator-clock.ts';
import type { Directory } from './directory.ts';
import type { IncidentStore } from './incident-store.ts';
import type { ListOrder } from './select-incidents.ts';
import type { GraphLimits, RateLimits, RetiredForm } from './simulator.ts';
import type { Vault } from './vault.ts';

/** What the roles share. */
export interface World {
  clock: SimulatorClock;
  random: Random;
  signer: TokenSigner;
  directory: Directory;
  vault: Vault;
  limiter: RateLimiter;
  /** Made at the first use of a tenant id. */
  storeOf(tenantId: string): IncidentStore;
  /** By tenant id the `uti` of every token that was not revoked. */
  liveTokens: Map<string, Set<string>>;
  /** `jti` of the client assertions that were used, with their end in seconds since 1970. */
  usedAssertions: Map<string, number>;
  settings: {
    url: string;
    identityHeader: string;
    seed: number;
    order: ListOrder;
    rateLimits: RateLimits | 'off';
    graph: GraphLimits;
    retired: RetiredForm | undefined;
    tokenLifetimeSeconds: number;
    tokenVersion: '1.0' | '2.0';
  };
}
