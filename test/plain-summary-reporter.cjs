const { writeSync } = require('node:fs');

/** Closes the run with one plain line for people and programs: a file that cannot even be loaded counts as a failed test. */
module.exports = class PlainSummaryReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numRuntimeErrorTestSuites }) {
    const line = `${numPassedTests} passed, ${numFailedTests + numRuntimeErrorTestSuites} failed\n`;
    // The other reporters hold their lines back for a moment; only at the end of the process is the last line the last.
    process.once('exit', () => writeSync(1, line));
  }
};
