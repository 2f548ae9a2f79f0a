import { fileURLToPath } from 'node:url';
import { buildBoard } from './build-board.ts';

await buildBoard(fileURLToPath(new URL('../..', import.meta.url)));
