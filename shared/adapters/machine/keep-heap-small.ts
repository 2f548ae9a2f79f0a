import { setFlagsFromString } from 'node:v8';

/**
 * What a page is read into lives just long enough to be taken for old, and V8 lets the old objects become up to four times as many
 * before it looks which of them are needed. With half as many again it looks more often, for some percent of the CPU.
 */
export function keepHeapSmall(): void {
  // Read with each collection, so it can be set at any time.
  setFlagsFromString('--heap-growing-percent=50');
}
