import { useState } from 'preact/hooks';
import { toShownError } from '../data/api-error.ts';

/** Something that a button does. */
export interface Action {
  title: string;
  /** What has come of it, as a sentence without its end. */
  done: string;
  act(): Promise<unknown>;
}

export interface Outcome {
  run(action: Action): Promise<boolean>;
  isBusy: boolean;
  /** What came of the last one. */
  outcome: string;
}

/** Runs one action at a time and says what came of it; what it may have changed is read again. */
export function useOutcome(onDone: () => void): Outcome {
  const [isBusy, setIsBusy] = useState(false);
  const [outcome, setOutcome] = useState('');
  const run = async ({ title, done, act }: Action): Promise<boolean> => {
    setIsBusy(true);
    try {
      await act();
      setOutcome(`${done}.`);
      onDone();
      return true;
    } catch (error) {
      const { message, action } = toShownError(error);
      setOutcome(`${title} failed: ${message}.${action === undefined ? '' : ` ${action}.`}`);
      return false;
    } finally {
      setIsBusy(false);
    }
  };
  return { run, isBusy, outcome };
}
