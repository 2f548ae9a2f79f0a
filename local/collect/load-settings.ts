import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { trustLocalCa } from '../services/certificates.ts';
import { buildHostEnvironment, findRunningDemo } from '../start/demo/demo-settings.ts';

/**
 * Puts the settings into the environment, where the app and Azure's libraries read them. As in Core Tools, what the
 * environment has already wins over `local.settings.json`; a running demo's settings replace everything.
 */
export async function loadSettings(
  env: NodeJS.ProcessEnv,
  root: string,
  demoFolder: string | undefined,
): Promise<void> {
  const hadCa = env['NODE_EXTRA_CA_CERTS'] !== undefined;
  if (demoFolder === undefined) {
    const file = join(root, 'local.settings.json');
    const values = existsSync(file) ? readSettingsFile(file) : {};
    for (const [name, value] of Object.entries(values)) env[name] ??= value;
  } else {
    const file = resolve(root, demoFolder, 'demo-settings.json');
    if ((await findRunningDemo(file)) === undefined)
      throw new Error(
        `Cannot find a running demo in "${demoFolder}": start one with npm start, or name its --data DIR`,
      );
    for (const [name, value] of Object.entries(buildHostEnvironment(readSettingsFile(file), env)))
      if (value === undefined) Reflect.deleteProperty(env, name);
      else env[name] = value;
  }
  // Node reads this variable only when it starts.
  const ca = env['NODE_EXTRA_CA_CERTS'];
  if (ca !== undefined && (!hadCa || demoFolder !== undefined)) trustLocalCa(readFileSync(ca, 'utf8'));
}

/** Reads the `Values` of a settings file. */
export function readSettingsFile(file: string): Record<string, string> {
  const values = readValues(file);
  const wrong = Object.entries(values).find(([, value]) => typeof value !== 'string');
  if (wrong !== undefined)
    throw new Error(`Cannot read "${file}" as each of its Values must be a text: ${wrong[0]} is not`);
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

function readValues(file: string): Record<string, unknown> {
  try {
    const { Values } = JSON.parse(readFileSync(file, 'utf8')) as { Values?: unknown };
    return typeof Values === 'object' && Values !== null ? { ...Values } : {};
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot read "${file}": ${reason}`, { cause });
  }
}
