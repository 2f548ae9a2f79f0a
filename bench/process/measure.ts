/** What some work has cost this process. */
export interface Usage {
  wallMs: number;
  /** Of all threads, in user and kernel mode. */
  cpuMs: number;
  /** The most memory that the process has ever had, in MiB. */
  peakMiB: number;
}

export async function measure(work: () => Promise<unknown>): Promise<Usage> {
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    wallMs: performance.now() - startedMs,
    cpuMs: (user + system) / 1_000,
    peakMiB: process.resourceUsage().maxRSS / 1_024,
  };
}
