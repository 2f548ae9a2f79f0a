/** Replaces each `%SETTING%` by its value, as the Functions host does in schedules and queue names. */
export function resolveSettings(text: string, env: NodeJS.ProcessEnv): string {
  return text.replace(/%([^%]+)%/g, (_, name: string) => {
    const value = env[name];
    if (value === undefined || value === '') {
      throw new Error(`Cannot resolve "${text}" as the setting ${name} has no value: set the environment variable`);
    }
    return value;
  });
}
