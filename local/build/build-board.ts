import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

/** Bundles the operators' page of `functions/board/` into a folder; names carry a hash of their content. */
export async function buildBoard(root: string, folder = join(root, 'dist', 'board')): Promise<void> {
  const source = join(root, 'functions', 'board');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [join(source, 'board.tsx'), join(source, 'board.css'), join(source, 'icon.svg')],
    loader: { '.svg': 'copy' },
    // The same package in the form that needs nothing of Node.
    alias: { 'csv-stringify/sync': 'csv-stringify/browser/esm/sync' },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    tsconfig: join(source, 'tsconfig.json'),
    outdir: folder,
    entryNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    write: false,
    logLevel: 'silent',
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  const template = await readFile(join(source, 'board.html'), 'utf8');
  files.set('board.html', Buffer.from(nameFiles(template, [...files.keys()])));
  await mkdir(folder, { recursive: true });
  for (const [name, contents] of files) await writeIfNew(join(folder, name), contents);
  for (const name of await readdir(folder)) if (!files.has(name)) await rm(join(folder, name), { recursive: true });
}

/** `{{board.js}}` in the page becomes the name that the build gave to it. */
function nameFiles(template: string, names: readonly string[]): string {
  return template.replace(/\{\{(\w+)\.(\w+)\}\}/g, (_, stem: string, extension: string) => {
    const name = names.find((one) => one.startsWith(`${stem}-`) && one.endsWith(`.${extension}`));
    if (name === undefined) throw new Error(`Cannot build the board: it has no file ${stem}.${extension}`);
    return `board/${name}`;
  });
}

/** A host that reads the folder meanwhile never sees half of a file that was there already. */
async function writeIfNew(file: string, contents: Uint8Array): Promise<void> {
  const present = await readFile(file).catch(() => undefined);
  if (present?.equals(contents) !== true) await writeFile(file, contents);
}
