// Type stripping and the trust store for the local cloud's certificates need this Node. Where npm brings none along
// (see optionalDependencies), the developer's own is used, and an old one would fail with a riddle.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isNewEnough = major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 19);
if (!isNewEnough) {
  console.error(
    `Cannot run on Node ${process.versions.node}: install Node 24 (or 22.19 and later) and use it through npm, such as "npm start"`,
  );
  process.exit(1);
}
