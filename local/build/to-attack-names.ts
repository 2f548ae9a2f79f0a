export interface AttackNames {
  source: string;
  license: string;
  techniques: Record<string, string>;
}

/**
 * The names of techniques out of the bundle that MITRE publishes (enterprise-attack.json of github.com/mitre-attack/attack-stix-data),
 * without those that were revoked or deprecated. MITRE's license has to be in each copy.
 */
export function toAttackNames(bundle: unknown, license: string): AttackNames {
  const objects = listObjects(bundle).filter((one) => one['revoked'] !== true && one['x_mitre_deprecated'] !== true);
  const names = objects.flatMap((one): [string, string][] => {
    const id = one['type'] === 'attack-pattern' ? attackId(one) : undefined;
    return id === undefined || typeof one['name'] !== 'string' ? [] : [[id, one['name']]];
  });
  if (names.length === 0) throw new Error('Cannot read the names as the file holds no technique of ATT&CK');
  const version = objects.find((one) => one['type'] === 'x-mitre-collection')?.['x_mitre_version'];
  const source = `MITRE ATT&CK Enterprise ${typeof version === 'string' ? version : 'of unknown version'}`;
  names.sort(([a], [b]) => (a < b ? -1 : 1));
  return { source, license, techniques: Object.fromEntries(names) };
}

type StixObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is StixObject => typeof value === 'object' && value !== null;

function listObjects(bundle: unknown): StixObject[] {
  const objects = isObject(bundle) ? bundle['objects'] : undefined;
  return Array.isArray(objects) ? objects.filter(isObject) : [];
}

function attackId({ external_references: references }: StixObject): string | undefined {
  const own = Array.isArray(references)
    ? references.filter(isObject).find((one) => one['source_name'] === 'mitre-attack')
    : undefined;
  return typeof own?.['external_id'] === 'string' ? own['external_id'] : undefined;
}
