import type { JSX } from 'preact';
import { label } from '../model/describe-change.ts';
import { SEVERITY_ORDER } from '../model/select-incidents.ts';

const SHORT: Readonly<Record<string, string>> = { informational: 'Info' };

/** A word with a colour, never a colour alone. */
export function SeverityMark({ severity }: { severity: string }): JSX.Element {
  const known = SEVERITY_ORDER.find((one) => one === severity) ?? 'unknown';
  return <span class={`severity ${known}`}>{SHORT[severity] ?? label(severity)}</span>;
}
