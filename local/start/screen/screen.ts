export interface ScreenStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  write(text: string): unknown;
}

export interface Screen {
  /** Lines at the bottom can be redrawn in place. */
  readonly isLive: boolean;
  /** How many lines a block may have. */
  readonly maxBlockLines: number;
  line(text: string): void;
  /** Replaces the block at the bottom; none: what is shown stays there as it is. */
  block(lines?: readonly string[]): void;
}

const CLEAR_BELOW = '\u001b[0J';
const up = (lines: number): string => (lines === 0 ? '' : `\u001b[${lines}A`);

/** Writes lines; on a terminal also a block below them that is redrawn in place. */
export function createScreen(stream: ScreenStream): Screen {
  const isLive = stream.isTTY === true;
  const maxBlockLines = Math.min(14, Math.max(1, (stream.rows ?? 24) - 2));
  let shown: readonly string[] = [];
  // A line that wraps would take two rows, and the cursor would not find back.
  const fit = (text: string): string => text.slice(0, Math.max(20, (stream.columns ?? 80) - 1));
  const write = (lines: readonly string[]): void => {
    stream.write(lines.map((line) => `${line}\n`).join(''));
  };
  return {
    isLive,
    maxBlockLines,
    line: (text) => {
      if (shown.length === 0) write([text]);
      else stream.write(`${up(shown.length)}${CLEAR_BELOW}${[text, ...shown].map((line) => `${line}\n`).join('')}`);
    },
    block: (lines) => {
      if (!isLive || lines === undefined) {
        shown = [];
        return;
      }
      const before = shown.length;
      shown = lines.slice(0, maxBlockLines).map(fit);
      stream.write(`${up(before)}${before === 0 ? '' : CLEAR_BELOW}`);
      write(shown);
    },
  };
}
