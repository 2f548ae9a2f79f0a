import type { DemoCloud } from './start-demo-cloud.ts';

/**
 * Plays the day on which the Defender API ends: so long after the demo is ready it answers with empty lists, the way of ending that
 * looks most like a quiet day. The last customer has not consented to Graph; the others have. Answers what takes the plan back.
 */
export function planRetirement(
  { simulator: { control }, tenants }: DemoCloud,
  afterMs: number,
  line: (text: string) => void,
): () => void {
  const last = tenants.at(-1);
  if (last !== undefined) control.setRoles(last.tenantId, ['Incident.Read.All']);
  line(
    `The Defender API ends in ${afterMs / 1_000} s; ${last?.displayName ?? 'nobody'} has not consented to Microsoft Graph, as the board says from now on`,
  );
  const timer = setTimeout(() => {
    control.retireDefender('empty');
    line('The Defender API has ended: it answers with empty lists. Look at the customers on the board');
  }, afterMs);
  return () => {
    clearTimeout(timer);
  };
}
