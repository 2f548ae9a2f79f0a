import {
  ALERT_FIELDS,
  COMMENT_FIELDS,
  DEVICE_FIELDS,
  EVIDENCE_FIELDS,
  EVIDENCE_TYPES,
  INCIDENT_FIELDS,
  type FieldNames,
} from '../../shared/domain/graph/field-names.ts';
import { toOpenWord } from '../../shared/domain/incidents/vocabulary.ts';
import {
  ALERT_ONLY_IN_GRAPH,
  ENTITY_ONLY_IN_GRAPH,
  INCIDENT_ONLY_IN_GRAPH,
  ONLY_IN_DEFENDER,
} from './only-in-graph.ts';

type Row = readonly string[];

/** A row's field → the Defender API's, where they are not named alike. */
const ROW_FIELDS = {
  incident: { name: 'incidentName' },
  alert: { createdTime: 'creationTime', lastUpdateTime: 'lastUpdatedTime' },
  device: { deviceId: 'mdatpDeviceId', name: 'deviceDnsName' },
  comment: {},
  entity: {},
} as const satisfies Record<string, FieldNames>;

const TABLES = {
  incident: INCIDENT_FIELDS,
  comment: COMMENT_FIELDS,
  alert: ALERT_FIELDS,
  device: DEVICE_FIELDS,
  entity: EVIDENCE_FIELDS,
} as const;

const code = (text: string): string => `\`${text}\``;
const list = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.map(code).join(', '));

/** The tables of docs/sources.md by their heading, made of what the mapping itself uses. */
export function renderTables(): Record<string, Row[]> {
  return {
    'Names that differ': [['of', 'row', 'Defender API', 'Microsoft Graph'], ...fieldRows()],
    Evidence: [['Microsoft Graph', 'Defender API', 'type in the row', 'other names: Graph → row'], ...evidenceRows()],
    'What only one source says': [['source', 'of', 'fields', 'kept in'], ...onlyRows()],
  };
}

function fieldRows(): Row[] {
  return Object.entries(TABLES).flatMap(([place, names]) =>
    Object.entries(names).map(([graph, defender]) => [
      place,
      code(rowField(place, defender)),
      code(defender),
      code(graph),
    ]),
  );
}

function rowField(place: string, defender: string): string {
  const renamed = Object.entries(ROW_FIELDS).find(([name]) => name === place)?.[1] ?? {};
  return Object.entries(renamed).find(([, name]) => name === defender)?.[0] ?? defender;
}

function evidenceRows(): Row[] {
  return Object.entries(EVIDENCE_TYPES).map(([type, { entityType, fields }]) => [
    code(`${type}Evidence`),
    code(entityType),
    code(toOpenWord(entityType) ?? ''),
    Object.keys(fields).length === 0
      ? 'none'
      : Object.entries(fields)
          .map(([graph, row]) => `${code(graph)} → ${code(row)}`)
          .join(', '),
  ]);
}

function onlyRows(): Row[] {
  return [
    ['Graph', 'incident', list(INCIDENT_ONLY_IN_GRAPH), 'source JSON'],
    ['Graph', 'alert', list(ALERT_ONLY_IN_GRAPH), 'source JSON'],
    ...Object.entries(ENTITY_ONLY_IN_GRAPH).map(([type, names]) => [
      'Graph',
      type === '*' ? 'every entity' : `entity ${code(type)}`,
      list(names),
      'row, source JSON',
    ]),
    ...ONLY_IN_DEFENDER.map((field) => {
      const [place = '', name = ''] = field.split(': ');
      return ['Defender API', place, list([name]), 'source JSON'];
    }),
  ];
}
