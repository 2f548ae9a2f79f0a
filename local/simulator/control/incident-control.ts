import { createIncidentEditor, type IncidentEditor } from '../state/edit-incidents.ts';
import type { IncidentVersion } from '../state/incident-store.ts';
import type { SimulatorControl, Truth, TruthVersion } from '../state/simulator.ts';
import type { World } from '../state/world.ts';

type IncidentPart =
  'addIncident' | 'updateIncident' | 'redirectIncident' | 'removeIncident' | 'truth' | 'incidentIds' | 'incident';

/** The part of the control that writes incidents and knows the truth about them. */
export function incidentControl({ storeOf, clock }: World): Pick<SimulatorControl, IncidentPart> {
  const editors = new Map<string, IncidentEditor>();
  const editorOf = (tenantId: string): IncidentEditor => {
    const editor = editors.get(tenantId.toLowerCase()) ?? createIncidentEditor(storeOf(tenantId), clock);
    editors.set(tenantId.toLowerCase(), editor);
    return editor;
  };
  return {
    addIncident: (tenantId, incident = {}) => toTruthVersion(editorOf(tenantId).add(incident)),
    updateIncident: (tenantId, incidentId, change = {}) =>
      toTruthVersion(editorOf(tenantId).update(incidentId, change)),
    redirectIncident(tenantId, incidentId, targetId) {
      const { source, target } = editorOf(tenantId).redirect(incidentId, targetId);
      return { source: toTruthVersion(source), target: toTruthVersion(target) };
    },
    removeIncident(tenantId, incidentId) {
      storeOf(tenantId).remove(incidentId);
    },
    incidentIds: (tenantId) =>
      storeOf(tenantId)
        .byUpdate()
        .map(({ incidentId }) => incidentId),
    incident(tenantId, incidentId) {
      const version = storeOf(tenantId).current(incidentId);
      return version && toTruthVersion(version);
    },
    truth(tenantId): Truth {
      const store = storeOf(tenantId);
      return {
        incidents: new Map(store.byUpdate().map((version) => [version.incidentId, toTruthVersion(version)])),
        versions: store.versions().map(toTruthVersion),
      };
    },
  };
}

/** `json` is built only when somebody reads it: a seeded tenant has thousands of versions that nobody looks at. */
function toTruthVersion(version: IncidentVersion): TruthVersion {
  const { incidentId, createdAt, updatedAt, visibleAt, wasShown, supersededAt } = version;
  const times = { createdTime: createdAt, lastUpdateTime: updatedAt, visibleAt };
  return {
    incidentId,
    ...times,
    wasShown,
    supersededAt,
    get json() {
      return version.json();
    },
  };
}
