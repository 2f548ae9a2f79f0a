/** Closes the run with one plain line for people and programs: a file that cannot even be loaded counts as a failed test. */
module.exports = class PlainSummaryReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    process.stdout.write(`${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`);
  }
};
