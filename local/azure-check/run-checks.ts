import { explainFailure, type Cure } from './explain-failure.ts';

/** One thing that the deployed app does, tried for real. */
export interface Step {
  name: string;
  run(): Promise<void>;
}

/** Steps on one resource: the later ones need the earlier. */
export interface Check {
  /** As the line says it, e.g. `table Incidents`. */
  resource: string;
  cure: Cure;
  steps: readonly Step[];
  /** Whether what failed as a transaction works as a single request; absent where there are no transactions. */
  trySingly?(): Promise<void>;
  /** Takes away whatever the steps have left. */
  cleanUp(): Promise<void>;
}

/** Runs all checks, one line a step, and returns how many steps failed. */
export async function runChecks(checks: readonly Check[], print: (line: string) => void): Promise<number> {
  let failed = 0;
  for (const check of checks) failed += await runCheck(check, print);
  return failed;
}

async function runCheck(check: Check, print: (line: string) => void): Promise<number> {
  const { resource, cure, steps, trySingly, cleanUp } = check;
  let [succeeded, failed] = [0, 0];
  for (const { name, run } of steps) {
    const error = await failureOf(run);
    if (error === undefined) {
      succeeded += 1;
      print(`ok      ${resource}: ${name}`);
      continue;
    }
    const worksSingly = trySingly !== undefined && (await failureOf(trySingly)) === undefined;
    failed += 1;
    if (worksSingly) succeeded += 1;
    print(`FAILED  ${resource}: ${name}: ${explainFailure(error, cure, worksSingly)}`);
    break;
  }
  const left = await failureOf(cleanUp);
  // Where nothing was written there is nothing to take away, and no right to look either.
  if (left === undefined || succeeded === 0) return failed;
  print(`FAILED  ${resource}: what the check wrote is deleted: ${explainFailure(left, cure, false)}`);
  return failed + 1;
}

async function failureOf(run: () => Promise<void>): Promise<Error | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
