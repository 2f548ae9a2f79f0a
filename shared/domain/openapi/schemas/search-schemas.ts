import { OBSERVABLE_KINDS } from '../../observables/observable.ts';
import type { FoundIncident, FoundMatch, Searched, SearchedPlace } from '../../views/search-view.ts';
import {
  described,
  flag,
  guid,
  integer,
  listOf,
  nullable,
  objectOf,
  oneOf,
  ref,
  text,
  time,
  type Schema,
} from './schema.ts';

const MATCH: Record<keyof FoundMatch, Schema> = {
  kind: oneOf(OBSERVABLE_KINDS),
  value: described(text, 'As it is in the index: in lower case, without defanging, a link without `http://`.'),
  alertId: described(nullable(text), 'The most telling alert that has it; null where the incident itself says it.'),
  verdict: nullable(text),
  remediation: nullable(text),
  firstSeen: nullable(time),
  lastSeen: nullable(time),
  exact: described(flag, 'The value itself; false for one that begins with it.'),
};

const FOUND: Record<keyof FoundIncident, Schema> = {
  tenantId: guid,
  tenantName: nullable(text),
  customer: nullable(text),
  incidentId: text,
  name: described(nullable(text), 'At most 300 characters of it.'),
  status: text,
  severity: text,
  createdTime: nullable(time),
  matches: described(listOf(ref('FoundMatch')), 'Why it is here.'),
};

const SEARCHED: Record<keyof Searched, Schema> = {
  value: described(text, 'What was looked for, as it was understood; of several words the longest.'),
  kinds: described(listOf(oneOf(OBSERVABLE_KINDS)), 'Nothing else was looked at.'),
  isPrefix: described(flag, 'Values that begin with it were looked for too.'),
  words: described(listOf(text), 'What words of a title had to begin with.'),
  since: nullable(time),
};

const PLACE: Record<keyof SearchedPlace, Schema> = {
  incidents: described(integer, 'Stored incidents of the selected tenants.'),
  indexedThrough: described(
    nullable(time),
    'What was stored before then is found by its values; null while the index of some tenant is not whole.',
  ),
  leftOutIncidents: described(
    integer,
    'Incidents that hold values by which they are not found: over 300, or alerts that could not all be read.',
  ),
  notIndexedCount: described(integer, 'Tenants whose older incidents are not all in the index yet.'),
  notIndexed: described(listOf(objectOf({ tenantId: guid, tenantName: nullable(text) })), 'At most 20 of them.'),
};

export const SEARCH_SCHEMAS: Readonly<Record<string, Schema>> = {
  FoundMatch: objectOf(MATCH),
  FoundIncident: objectOf(FOUND),
  Searched: objectOf(SEARCHED),
  SearchedPlace: objectOf(PLACE),
};

/** Of one query both. */
export const SEARCHED_WITH_PLACE: Schema = objectOf({ ...SEARCHED, ...PLACE });
