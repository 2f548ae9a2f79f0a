import { expect, test } from '@jest/globals';
import { toAttackNames } from '../../local/build/to-attack-names.ts';

const technique = (id: string, name: string, fields: object = {}) => ({
  type: 'attack-pattern',
  name,
  external_references: [
    { source_name: 'capec', external_id: 'CAPEC-1' },
    { source_name: 'mitre-attack', external_id: id },
  ],
  ...fields,
});

test('toAttackNames() takes the names that are in force out of the bundle of MITRE, and its version', () => {
  const objects = [
    { type: 'x-mitre-collection', x_mitre_version: '18.0' },
    technique('T1003.001', 'LSASS Memory'),
    technique('T1003', 'OS Credential Dumping'),
    technique('T1081', 'Credentials in Files', { revoked: true }),
    technique('T1064', 'Scripting', { x_mitre_deprecated: true }),
    { type: 'malware', name: 'Emotet', external_references: [{ source_name: 'mitre-attack', external_id: 'S0367' }] },
  ];
  expect(toAttackNames({ type: 'bundle', objects }, 'license')).toEqual({
    source: 'MITRE ATT&CK Enterprise 18.0',
    license: 'license',
    techniques: { T1003: 'OS Credential Dumping', 'T1003.001': 'LSASS Memory' },
  });
});

test('toAttackNames() refuses a file that is no such bundle, so that the board never loses its names to it', () => {
  for (const other of [null, [], { objects: [{ type: 'malware', name: 'Emotet' }] }])
    expect(() => toAttackNames(other, '')).toThrow('holds no technique of ATT&CK');
});
