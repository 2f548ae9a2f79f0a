import { readObject, readObjects, readText, readTextList, type JsonObject } from '../values/read-value.ts';
import { ALERT_FIELDS, COMMENT_FIELDS, INCIDENT_FIELDS } from './field-names.ts';
import { renameFields } from './rename-fields.ts';
import { evidenceType, translateDevice, translateEvidence } from './translate-evidence.ts';

/**
 * An incident of Graph in the words of the Defender API, so that one mapping makes one row of both. Graph's link is left out: it
 * is another text for the same page of the portal.
 */
export function translateIncident(entry: JsonObject): JsonObject {
  const { alerts, comments } = entry;
  const { incidentWebUrl: _link, alerts: _alerts, ...fields } = renameFields(entry, INCIDENT_FIELDS);
  return {
    ...fields,
    comments: Array.isArray(comments) ? comments.map(translateComment) : comments,
    // A missing list is not an empty one.
    ...(Array.isArray(alerts) && { alerts: readObjects(alerts).map(translateAlert) }),
  };
}

function translateComment(comment: unknown): unknown {
  const entry = readObject(comment);
  return entry === undefined ? comment : renameFields(entry, COMMENT_FIELDS);
}

function translateAlert(alert: JsonObject): JsonObject {
  const evidence = readObjects(alert['evidence']);
  const { evidence: _evidence, ...fields } = renameFields(alert, ALERT_FIELDS);
  return {
    ...fields,
    // Replaced by `categories` and to be removed in 2028; while it is sent it is the word that Defender has too.
    category: readText(alert['category']) ?? readTextList(alert['categories'])[0] ?? null,
    devices: evidence.filter(isDevice).map(translateDevice),
    entities: evidence.filter((one) => !isDevice(one)).map((one) => translateEvidence(one)),
  };
}

const isDevice = (evidence: JsonObject): boolean => evidenceType(evidence) === 'device';
