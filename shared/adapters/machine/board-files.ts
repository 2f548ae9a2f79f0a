import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { AppError } from '../../errors.ts';
import type { BoardFile, BoardFiles } from '../../ports/board-files.ts';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** What the build left in `dist/board/`, read whole at the first request: a name is looked up and never becomes a path. */
export function createBoardFiles(folder = join(findAppFolder(import.meta.dirname), 'dist', 'board')): BoardFiles {
  let files: Promise<ReadonlyMap<string, BoardFile>> | undefined;
  return {
    read: async (name) => {
      files ??= readFolder(folder);
      try {
        return (await files).get(name);
      } catch (cause) {
        files = undefined;
        throw notBuilt(cause);
      }
    },
  };
}

/** The folder of host.json, wherever below it this module lies: in the sources, in the build or in a bundle. */
function findAppFolder(from: string): string {
  const parent = dirname(from);
  return parent === from || existsSync(join(from, 'host.json')) ? from : findAppFolder(parent);
}

async function readFolder(folder: string): Promise<ReadonlyMap<string, BoardFile>> {
  const names = (await readdir(folder)).filter((name) => extname(name) in CONTENT_TYPES);
  const files = await Promise.all(names.map(async (name) => toFile(name, await readFile(join(folder, name)))));
  return new Map(files.map((file, index) => [names[index] ?? '', file]));
}

function toFile(name: string, body: Buffer): BoardFile {
  const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
  return { body, contentType: CONTENT_TYPES[extname(name)] ?? 'application/octet-stream', etag: `"${hash}"` };
}

function notBuilt(cause: unknown): AppError {
  return new AppError('board-not-built', 'Cannot show the board as the folder dist/board cannot be read', { cause });
}
