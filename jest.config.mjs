import { availableParallelism } from 'node:os';

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/strip-types.cjs' },
  modulePathIgnorePatterns: ['<rootDir>/.package/'],
  globalSetup: '<rootDir>/test/start-storage.mjs',
  globalTeardown: '<rootDir>/test/stop-storage.mjs',
  testSequencer: '<rootDir>/test/long-tests-first.ts',
  reporters: ['default', '<rootDir>/test/plain-summary-reporter.cjs'],
  // Real services on a busy machine: some scenarios take ten seconds on an idle one.
  testTimeout: 120_000,
  // Many tests wait for Azurite, a host or a browser: with one worker a core a sixth of a small machine was idle.
  maxWorkers: Math.ceil(availableParallelism() * 1.5),
};
