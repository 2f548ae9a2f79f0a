import config from './jest.config.mjs';
import { listFastTests } from './test/fast-tests.ts';

const { globalSetup, globalTeardown, ...common } = config;

/** @type {import('jest').Config} */
export default {
  ...common,
  globalSetup: '<rootDir>/test/make-certificates.mjs',
  testMatch: listFastTests(import.meta.dirname).map((path) => `<rootDir>/${path}`),
  // They wait for nothing.
  maxWorkers: '100%',
};
