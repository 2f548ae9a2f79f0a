import type { Alert, Device, Entity, Incident, User } from '../incidents/incident.ts';
import { compareText } from '../values/compare-text.ts';
import { maxTicks, minTicks, readTicks, type Ticks } from '../values/ticks.ts';
import { fold } from './fold.ts';
import { verdictRank, type Observable, type ObservableKind } from './observable.ts';
import { normaliseAccount, normaliseGuid } from './other-values.ts';
import { MAX_VALUE_CHARS, readEvidence, toDeviceName, toUserName, toUserSid } from './read-evidence.ts';

export interface Observables {
  /** The most telling first. */
  found: Observable[];
  /** The number of values that are not in `found`, as there were too many; no search finds the incident by them. */
  leftOut: number;
}

/** The most values by which an incident can be found, in addition to its number and its titles. */
export const MAX_OBSERVABLES = 300;
/** Titles of alerts, in addition to the incident's own. */
const MAX_TITLES = 20;
/** Hostile evidence costs bounded time: what lies behind it is left out. */
const MAX_ENTITIES = 5_000;

/** Everything that a version can be found by. The result depends on what the version says, not on the order in which it says it. */
export function observeIncident(incident: Incident, alerts: readonly Alert[]): Observables {
  const gathered: Gathered = { byKey: new Map(), leftOut: 0, entitiesLeft: MAX_ENTITIES };
  const ofIncident = seenFrom(null, incident);
  for (const device of incident.devices) addAll(gathered, deviceValues(device), ofIncident);
  for (const user of incident.users) addAll(gathered, userValues(user), ofIncident);
  for (const alert of alerts) gatherAlert(gathered, incident, alert);
  const values = [...gathered.byKey.values()].sort(mostTellingFirst);
  const titles = titlesOf(incident, alerts);
  const found = [
    { ...ofIncident, kind: 'incident', value: incident.incidentId } satisfies Observable,
    ...titles.slice(0, MAX_TITLES + 1),
    ...values.slice(0, MAX_OBSERVABLES),
  ];
  const tooMany = Math.max(0, titles.length - MAX_TITLES - 1) + Math.max(0, values.length - MAX_OBSERVABLES);
  return { found, leftOut: gathered.leftOut + tooMany };
}

interface Gathered {
  byKey: Map<string, Observable>;
  leftOut: number;
  entitiesLeft: number;
}

/** Where a value was seen: what every value of one piece of evidence has in common. */
type Sighting = Omit<Observable, 'kind' | 'value'>;

function seenFrom(alert: Alert | null, incident: Incident): Sighting {
  const created = readTicks(alert?.createdTime) ?? readTicks(incident.createdTime);
  return {
    alertId: alert?.alertId ?? null,
    verdict: null,
    remediation: null,
    firstSeen: readTicks(alert?.firstActivity) ?? created,
    lastSeen: readTicks(alert?.lastActivity) ?? readTicks(alert?.lastUpdateTime) ?? created,
  };
}

function gatherAlert(gathered: Gathered, incident: Incident, alert: Alert): void {
  const seen = seenFrom(alert, incident);
  for (const device of alert.devices) addAll(gathered, deviceValues(device), seen);
  for (const user of alert.users) addAll(gathered, userValues(user), seen);
  for (const entity of alert.entities) {
    if (gathered.entitiesLeft === 0) {
      gathered.leftOut += 1;
      continue;
    }
    gathered.entitiesLeft -= 1;
    const { values, leftOut } = readEvidence(entity.type, entity);
    gathered.leftOut += leftOut;
    addAll(gathered, values, { ...seen, verdict: entity.verdict, remediation: remediationOf(entity) });
  }
}

function remediationOf({ remediationStatus }: Entity): string | null {
  return typeof remediationStatus === 'string' ? remediationStatus : null;
}

function addAll(
  gathered: Gathered,
  values: readonly (readonly [ObservableKind, string | undefined])[],
  seen: Sighting,
): void {
  for (const [kind, value] of values) {
    if (value === undefined) continue;
    if (value.length > MAX_VALUE_CHARS) {
      gathered.leftOut += 1;
      continue;
    }
    const key = `${kind}|${value}`;
    const known = gathered.byKey.get(key);
    gathered.byKey.set(key, known === undefined ? { ...seen, kind, value } : join(known, { ...seen, kind, value }));
  }
}

/** The worse verdict counts, with its alert; the time spans both. */
function join(one: Observable, other: Observable): Observable {
  const first = mostTellingFirst(one, other) <= 0 ? one : other;
  return {
    ...first,
    firstSeen: earlier(one.firstSeen, other.firstSeen),
    lastSeen: later(one.lastSeen, other.lastSeen),
  };
}

const earlier = (a: Ticks | undefined, b: Ticks | undefined): Ticks | undefined =>
  a === undefined || b === undefined ? (a ?? b) : minTicks(a, b);
const later = (a: Ticks | undefined, b: Ticks | undefined): Ticks | undefined =>
  a === undefined || b === undefined ? (a ?? b) : maxTicks(a, b);

/** Ties are broken by text, so that the same version makes the same rows whatever the order of its evidence. */
function mostTellingFirst(a: Observable, b: Observable): number {
  return (
    verdictRank(a.verdict) - verdictRank(b.verdict) ||
    Number(a.alertId === null) - Number(b.alertId === null) ||
    compareText(a.kind, b.kind) ||
    compareText(a.value, b.value) ||
    compareText(a.alertId ?? '', b.alertId ?? '') ||
    compareText(a.verdict ?? '', b.verdict ?? '') ||
    compareText(a.remediation ?? '', b.remediation ?? '')
  );
}

function deviceValues({ deviceId, aadDeviceId, name }: Device): [ObservableKind, string | undefined][] {
  return [deviceId, aadDeviceId, name].map((text) => ['device', toDeviceName(text ?? '')]);
}

function userValues(user: User): [ObservableKind, string | undefined][] {
  const { accountName, domainName, userPrincipalName, aadUserId, sid } = user;
  return [
    ['user', toUserName(userPrincipalName ?? '')],
    ['user', domainName === null ? fold(accountName ?? '') : normaliseAccount(domainName, accountName ?? '')],
    ['user', normaliseGuid(aadUserId ?? '')],
    ['user', toUserSid(sid ?? '')],
  ];
}

/** The incident's own name, then those of its alerts, each once. */
function titlesOf(incident: Incident, alerts: readonly Alert[]): Observable[] {
  const gathered: Gathered = { byKey: new Map(), leftOut: 0, entitiesLeft: 0 };
  addAll(gathered, [['alert-title', cutTitle(incident.name)]], seenFrom(null, incident));
  const own = [...gathered.byKey.values()];
  for (const alert of alerts) addAll(gathered, [['alert-title', cutTitle(alert.title)]], seenFrom(alert, incident));
  const others = [...gathered.byKey].filter(([key]) => !own.some(({ value }) => key === `alert-title|${value}`));
  return [...own, ...others.map(([, title]) => title).sort(mostTellingFirst)];
}

const MAX_TITLE_CHARS = 300;

function cutTitle(title: string | null): string | undefined {
  return fold(title ?? '')?.slice(0, MAX_TITLE_CHARS);
}
