/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': '<rootDir>/test/strip-types.cjs' },
  modulePathIgnorePatterns: ['<rootDir>/.package/'],
  reporters: ['default', '<rootDir>/test/plain-summary-reporter.cjs'],
  testTimeout: 30_000,
  // Most tests wait for Azurite and the simulator; both cores are of use even on a small machine.
  maxWorkers: '100%',
};
