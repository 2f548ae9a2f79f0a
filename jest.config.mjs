/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/strip-types.cjs' },
  modulePathIgnorePatterns: ['<rootDir>/.package/'],
  globalSetup: '<rootDir>/test/start-storage.mjs',
  globalTeardown: '<rootDir>/test/stop-storage.mjs',
  reporters: ['default', '<rootDir>/test/plain-summary-reporter.cjs'],
  // Real services on a busy machine: some scenarios take ten seconds on an idle one.
  testTimeout: 120_000,
  // Most tests wait for Azurite and the simulator; both cores are of use even on a small machine.
  maxWorkers: '100%',
};
