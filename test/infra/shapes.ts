import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

export interface Resource {
  id: string;
  type: string;
  name: string;
  tags?: Record<string, string>;
  [property: string]: unknown;
}

/** What the compiler predicts that one shape deploys. References to what only Azure knows stay as `[reference(…)]`. */
export interface Shape {
  predictedResources: Resource[];
  outputs: Record<string, string>;
}

export const SHAPES = globSync('infra/shapes/*.snapshot.json', { cwd: ROOT })
  .map((path) => basename(path, '.snapshot.json'))
  .sort();

export function readShape(name: string): Shape {
  return JSON.parse(readFileSync(join(ROOT, 'infra', 'shapes', `${name}.snapshot.json`), 'utf8')) as Shape;
}

export function listOfType(shape: Shape, type: string): Resource[] {
  return shape.predictedResources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());
}

/** The value at a path such as `properties.sku.name`; `undefined` when there is none. */
export function valueAt(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (found, key) =>
        typeof found === 'object' && found !== null ? (found as Record<string, unknown>)[key] : undefined,
      value,
    );
}

export function lastOf(path: string): string {
  return path.split('/').at(-1) ?? '';
}

/** An app with its settings. */
export interface App {
  site: Resource;
  service: string;
  settings: Record<string, string>;
  /** Present where the platform authenticates requests. */
  signIn: Resource | undefined;
}

export function listApps(shape: Shape): App[] {
  const configs = listOfType(shape, 'Microsoft.Web/sites/config');
  return listOfType(shape, 'Microsoft.Web/sites').map((site) => {
    const configOf = (name: string): Resource | undefined =>
      configs.find((config) => config.name === `${site.name}/${name}`);
    return {
      site,
      service: site.tags?.['azd-service-name'] ?? '',
      settings: (configOf('appsettings')?.['properties'] ?? {}) as Record<string, string>,
      signIn: configOf('authsettingsV2'),
    };
  });
}

/** Names without the part that makes them unique: `stdata`, `id-collector`. */
export function withoutToken(name: string): string {
  return name.replace(/-?[a-z0-9]{13}$/, '');
}

/** Every text in a value, with where it stands. */
export function listTexts(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => listTexts(inner, `${path}/${key}`));
}
