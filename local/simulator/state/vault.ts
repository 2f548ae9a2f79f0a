import { msFromTicks } from '../../../shared/domain/values/ticks.ts';
import type { Random } from '../basics/random.ts';
import { toTicks } from '../basics/time-input.ts';
import type { SecretInput } from './simulator.ts';

export interface SecretVersion {
  version: string;
  value: string;
  isEnabled: boolean;
  contentType: string | undefined;
  /** Seconds since 1970. */
  createdAt: number;
  expiresAt: number | undefined;
}

/** The vault's content: secrets by name, each with its versions. */
export interface Vault {
  setSecret(name: string, value: string, input?: SecretInput): void;
  removeSecret(name: string): void;
  /** Without a version: the newest. Names know no letter case. */
  getSecret(name: string, version: string | undefined): SecretVersion | undefined;
  /** Client ids; everybody with a token while nothing was set. */
  readers: Set<string> | undefined;
}

export function createVault(nowMs: () => number, random: Random): Vault {
  const secrets = new Map<string, SecretVersion[]>();
  return {
    readers: undefined,
    setSecret(name, value, { expiresAt, isEnabled = true, contentType } = {}) {
      const versions = secrets.get(name.toLowerCase()) ?? [];
      versions.push({
        version: random.hex(32),
        value,
        isEnabled,
        contentType,
        createdAt: Math.floor(nowMs() / 1000),
        expiresAt: expiresAt === undefined ? undefined : Math.floor(msFromTicks(toTicks(expiresAt)) / 1000),
      });
      secrets.set(name.toLowerCase(), versions);
    },
    removeSecret(name) {
      secrets.delete(name.toLowerCase());
    },
    getSecret(name, version) {
      const versions = secrets.get(name.toLowerCase()) ?? [];
      return version === undefined ? versions.at(-1) : versions.find((one) => one.version === version);
    },
  };
}
