/**
 * How often one process may repeat a call that failed. In a storm, in which most calls fail, repeats would multiply the load
 * that the storm comes from and keep workers waiting; beyond the budget a tenant waits for its next tick instead.
 */
export interface RepeatBudget {
  /** A call that is not a repeat was made. */
  earn(): void;
  /** Whether one more repeat may be made; it is paid for then. */
  spend(): boolean;
}

const EARNED_BY_A_CALL = 0.15;
/** Enough for the few calls of a small partner whose source hiccups. */
const MOST_SAVED = 10;

export function createRepeatBudget(): RepeatBudget {
  let saved = MOST_SAVED;
  return {
    earn: () => {
      saved = Math.min(MOST_SAVED, saved + EARNED_BY_A_CALL);
    },
    spend: () => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
