import type { JSX } from 'preact';
import { csvFileName } from '../../../shared/domain/views/csv-file-name.ts';
import { saveFile } from './save-file.ts';

interface Props {
  isEmpty: boolean;
  /** What the rows are and what they were chosen by, for the name of the file. */
  subject: 'incidents' | 'customers' | 'campaigns';
  words: readonly string[];
  /** What is shown, in its order, with the columns of the API's CSV. */
  toCsv(): string;
}

export function CsvButton({ isEmpty, subject, words, toCsv }: Props): JSX.Element {
  const save = (): void => {
    saveFile(csvFileName(new Date(), words, subject), 'text/csv', toCsv());
  };
  return (
    <button type="button" disabled={isEmpty} onClick={save} title="Save what is shown as CSV">
      CSV
    </button>
  );
}
