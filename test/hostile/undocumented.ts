import { entityJson, stored, withAlert, withKeys, type Expectation, type IncidentPayload } from './payload.ts';

const ONE_ALERT: Expectation = { kind: 'stored', alerts: 1 };
const OTHER_INCIDENT = '70002';

/** More of an incident's alerts, as Graph says where they are; the Defender API has no such key. */
const withMoreAlerts = (name: string, link: string): IncidentPayload =>
  withKeys(`alerts: more of them ${name}`, { kind: 'stored' }, {}, `"alerts@odata.nextLink":${link}`);

/** Words, types and places that no document has. */
export const UNDOCUMENTED: readonly IncidentPayload[] = [
  withKeys(
    'word: of an incident, which nobody knows',
    stored({ status: 'dormant', severity: 'apocalyptic', classification: 'halfTrue', determination: 'haunted' }),
    { status: '"dormant"', severity: '"apocalyptic"', classification: '"halfTrue"', determination: '"haunted"' },
  ),
  withKeys('word: the one that stands for later ones', stored({ status: 'unknownFutureValue' }), {
    status: '"unknownFutureValue"',
  }),
  withAlert(
    'word: of an alert, which nobody knows',
    { kind: 'stored', alerts: 1, fields: { serviceSources: ['tarotReader'] } },
    { serviceSource: '"tarotReader"', detectionSource: '"crystalBall"', status: '"asleep"', severity: '"purple"' },
  ),
  withAlert('alert: of another incident', ONE_ALERT, { incidentId: JSON.stringify(OTHER_INCIDENT) }),
  withAlert('entity: without a type', ONE_ALERT, { entities: '[{"odd":1},{"odd":2},{}]' }),
  withAlert('entity: of a type that nobody knows', ONE_ALERT, {
    entities: `[${entityJson('Crystal', { verdict: '"haunted"', accountName: '"person"' })}]`,
  }),
  withMoreAlerts('at another host', '"https://attacker.example/v1.0/security/incidents/70001/alerts"'),
  withMoreAlerts('at no address', '"http://[::1"'),
  withMoreAlerts('at a number', '7'),
];
