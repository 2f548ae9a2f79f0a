/** A counter that follows a line of the log. */
export interface LineCounter {
  metric: string;
  line: string;
  /** Field that says how many; without one each line is one. */
  field?: string;
  description: string;
}

/** Lines are a contract already, so metrics are counted from them and not a second time. */
export const LINE_COUNTERS: readonly LineCounter[] = [
  {
    metric: 'collector.incidents.stored',
    line: 'slice',
    field: 'stored',
    description: 'versions of incidents that were stored',
  },
  { metric: 'collector.source.calls', line: 'slice', field: 'calls', description: 'calls at the source' },
  {
    metric: 'collector.source.throttled',
    line: 'slice',
    field: 'throttled',
    description: 'calls to which the source responded with 429',
  },
  {
    metric: 'collector.fence.conflicts',
    line: 'slice',
    field: 'taken',
    description: 'polls that stopped because another worker had committed for the tenant',
  },
  {
    metric: 'collector.incidents.found_late',
    line: 'found_late',
    field: 'count',
    description: 'versions that only the reconciliation found',
  },
  {
    metric: 'collector.messages.poisoned',
    line: 'poison_message',
    description: 'queue messages that ended every worker',
  },
];

/** Seconds that each tenant that has data and should be read is behind at a tick, as a distribution without tenant ids. */
export const LAG_METRIC = 'collector.tenant.lag';
/** The same of the tenants that are behind most, with `tenantId`: at most this many series, however many tenants there are. */
export const WORST_LAG_METRIC = 'collector.tenant.worst_lag';
export const WORST_LAGS = 20;
