import type { Alert, Device, User } from '../../../shared/domain/incidents/incident.ts';
import type { IncidentView } from '../../../shared/domain/views/incident-view.ts';
import { isSameDevice, isSameUser } from './asset-names.ts';

/** A user and a device that the same alerts name. */
export interface Relation {
  user: User;
  device: Device;
  alerts: number;
}

type Parts = Pick<IncidentView, 'devices' | 'users'>;

/** Each pair is looked for in each alert: more would keep the page busy, and be no picture. */
const MOST_PAIRS = 1_000;

/** Who is named together with which device, and by how many alerts; nothing is said of a crowd. */
export function relate({ devices, users }: Parts, alerts: readonly Alert[]): Relation[] {
  if (users.length * devices.length > MOST_PAIRS) return [];
  const relations = users.flatMap((user) =>
    devices.map((device) => ({ user, device, alerts: alerts.filter((alert) => names(alert, user, device)).length })),
  );
  return relations.filter((relation) => relation.alerts > 0);
}

const names = (alert: Alert, user: User, device: Device): boolean =>
  alert.users.some((one) => isSameUser(one, user)) && alert.devices.some((one) => isSameDevice(one, device));

export interface Columns {
  users: User[];
  devices: Device[];
}

/** Users and devices that are related, each device near its users, so that few lines cross. */
export function layRelations(relations: readonly Relation[]): Columns {
  const users = [...new Set(relations.map(({ user }) => user))];
  const placeOf = new Map(users.map((user, at) => [user, at]));
  const middle = (device: Device): number => {
    const places = relations.filter((one) => one.device === device).map(({ user }) => placeOf.get(user) ?? 0);
    return places.reduce((sum, place) => sum + place, 0) / places.length;
  };
  const devices = [...new Set(relations.map(({ device }) => device))];
  return { users, devices: devices.sort((a, b) => middle(a) - middle(b)) };
}
