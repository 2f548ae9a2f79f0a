// Types become blanks, so line and column numbers in stack traces stay those of the source and no source map is needed.
const { stripTypeScriptTypes } = require('node:module');
module.exports = {
  process: (source, file) => ({ code: stripTypeScriptTypes(source, { mode: 'strip', sourceUrl: file }) }),
};
