import type { JSX } from 'preact';

const PATHS = {
  copy: 'M5.5 5.5v-3h8v8h-3M2.5 5.5h8v8h-8z',
  defang: 'M3 3l10 10M6.5 4.5l1.6-1.6a3 3 0 0 1 4.9 4.2L11.5 9M9.5 11.5l-1.6 1.6A3 3 0 0 1 3 8.9L4.5 7',
  search: 'M7 2.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zM10.5 10.5l3 3',
  done: 'M3 8.5l3.5 3.5L13 4.5',
} as const;

/** A small drawing in the colour of the text; what it means stands in the label of its button. */
export function Icon({ name }: { name: keyof typeof PATHS }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
