import { execFile } from 'node:child_process';

export interface ToolResult {
  readonly code: number;
  /** What it wrote, to both streams. */
  readonly output: string;
}

/** Compilers print whole templates. */
const MAX_OUTPUT_BYTES = 64 * 1_048_576;
const LIMIT_MS = 300_000;

/** Runs a program to its end. Never throws: a program that cannot be started has the code 127. */
export function runTool(program: string, args: readonly string[]): Promise<ToolResult> {
  const options = { maxBuffer: MAX_OUTPUT_BYTES, timeout: LIMIT_MS, env: { ...process.env, DOTNET_NOLOGO: '1' } };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      const reason = code === 127 ? (error?.message ?? '') : '';
      resolve({ code, output: stdout + stderr + reason });
    });
  });
}
