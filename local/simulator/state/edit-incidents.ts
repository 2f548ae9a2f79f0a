import type { Ticks } from '../../../shared/domain/values/ticks.ts';
import type { SimulatorClock } from '../basics/simulator-clock.ts';
import { toTicks, type TimeInput } from '../basics/time-input.ts';
import { formatWireTime, type IncidentContent, type RawShape } from './incident-json.ts';
import type { IncidentStore, IncidentVersion } from './incident-store.ts';
import type { IncidentChange, IncidentInput } from './simulator.ts';
import { toWireAlert } from './to-wire-alert.ts';
import type { IncidentFields } from './wire-incident.ts';

const NEW_INCIDENT: IncidentFields = {
  redirectIncidentId: null,
  incidentName: 'Suspicious activity',
  assignedTo: null,
  classification: 'Unknown',
  determination: 'NotAvailable',
  status: 'Active',
  severity: 'Medium',
  tags: [],
  comments: [],
};
const FIRST_ID = 100_001;

/** Writes of one tenant's incidents. */
export interface IncidentEditor {
  add(input: IncidentInput): IncidentVersion;
  update(incidentId: string, change: IncidentChange): IncidentVersion;
  redirect(incidentId: string, targetId: string): { source: IncidentVersion; target: IncidentVersion };
}

export function createIncidentEditor(store: IncidentStore, clock: SimulatorClock): IncidentEditor {
  let nextId = FIRST_ID;
  const takeId = (): string => {
    while (store.latest(String(nextId)) !== undefined) nextId += 1;
    return String(nextId);
  };
  const update = (incidentId: string, change: IncidentChange): IncidentVersion => {
    const before = known(store, incidentId);
    const updatedAt =
      change.keepsUpdateTime === true ? before.updatedAt : timeOr(change.lastUpdateTime, () => clock.stamp());
    const context = { at: formatWireTime(updatedAt), incidentId, severity: change.severity ?? before.fields.severity };
    const alerts = change.alerts?.map((alert, place) => toWireAlert(alert, { ...context, place })) ?? before.alerts;
    const added = change.addAlerts ?? [];
    const content: IncidentContent = {
      incidentId,
      createdAt: timeOr(change.createdTime, () => before.createdAt),
      updatedAt,
      fields: mergeFields(before.fields, change),
      alerts: [
        ...alerts,
        ...added.map((alert, place) => toWireAlert(alert, { ...context, place: alerts.length + place })),
      ],
      raw: pickRaw(change),
    };
    return store.record(
      content,
      timeOr(change.visibleAt, () => clock.now()),
    );
  };
  return {
    update,
    add(input) {
      const incidentId = input.incidentId ?? takeId();
      if (!/^\d{1,30}$/.test(incidentId))
        throw new Error(
          `Cannot add an incident as its id must be digits (others by rawOverride): it is "${incidentId}"`,
        );
      if (store.latest(incidentId) !== undefined) throw new Error(`Cannot add incident ${incidentId} as it exists`);
      const stamp = clock.stamp();
      const createdAt = timeOr(input.createdTime, () => timeOr(input.lastUpdateTime, () => stamp));
      const updatedAt = timeOr(input.lastUpdateTime, () => createdAt);
      const fields = mergeFields(NEW_INCIDENT, input);
      const context = { at: formatWireTime(createdAt), incidentId, severity: fields.severity };
      const alerts = (input.alerts ?? [{}]).map((alert, place) =>
        toWireAlert({ title: fields.incidentName, ...alert }, { ...context, place }),
      );
      const content = { incidentId, createdAt, updatedAt, fields, alerts, raw: pickRaw(input) };
      return store.record(
        content,
        timeOr(input.visibleAt, () => clock.now()),
      );
    },
    redirect(incidentId, targetId) {
      const { alerts } = known(store, incidentId);
      const target = update(targetId, { addAlerts: [...alerts] });
      const merged = { status: 'Redirected', redirectIncidentId: targetId, severity: 'UnSpecified', alerts: [] };
      return { source: update(incidentId, merged), target };
    },
  };
}

function known(store: IncidentStore, incidentId: string): IncidentVersion {
  const version = store.latest(incidentId);
  if (version === undefined) throw new Error(`Cannot change incident ${incidentId} as the tenant has none of this id`);
  return version;
}

function mergeFields(before: IncidentFields, change: IncidentChange | IncidentInput): IncidentFields {
  const addComments = 'addComments' in change ? (change.addComments ?? []) : [];
  return {
    redirectIncidentId: change.redirectIncidentId === undefined ? before.redirectIncidentId : change.redirectIncidentId,
    incidentName: change.incidentName ?? before.incidentName,
    assignedTo: change.assignedTo === undefined ? before.assignedTo : change.assignedTo,
    classification: change.classification ?? before.classification,
    determination: change.determination ?? before.determination,
    status: change.status ?? before.status,
    severity: change.severity ?? before.severity,
    tags: change.tags ?? before.tags,
    comments: [...(change.comments ?? before.comments), ...addComments],
  };
}

function pickRaw({ rawOverride, rawOmit, rawJson }: RawShape): RawShape {
  return {
    ...(rawOverride === undefined ? {} : { rawOverride }),
    ...(rawOmit === undefined ? {} : { rawOmit }),
    ...(rawJson === undefined ? {} : { rawJson }),
  };
}

function timeOr(time: TimeInput | undefined, otherwise: () => Ticks): Ticks {
  return time === undefined ? otherwise() : toTicks(time);
}
