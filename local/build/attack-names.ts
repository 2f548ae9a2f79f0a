import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toAttackNames } from './to-attack-names.ts';

const TABLE = join(import.meta.dirname, '..', '..', 'functions', 'board', 'story', 'attack-names.json');

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error(
    'npm run attack:names -- enterprise-attack.json    writes the names of techniques that the board shows',
  );
  process.exitCode = 1;
} else {
  const present: unknown = JSON.parse(await readFile(TABLE, 'utf8'));
  const license =
    typeof present === 'object' && present !== null && 'license' in present && typeof present.license === 'string'
      ? present.license
      : '';
  const names = toAttackNames(JSON.parse(await readFile(file, 'utf8')), license);
  await writeFile(TABLE, `${JSON.stringify(names, null, 2)}\n`);
  console.log(`${names.source}: ${Object.keys(names.techniques).length} techniques`);
}
