import type { JSX } from 'preact';
import { csvFileName } from '../../../shared/domain/views/csv-file-name.ts';
import { toIncidentCsv } from '../../../shared/domain/views/incident-csv.ts';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { saveFile } from './save-file.ts';

interface Props {
  incidents: readonly ListedIncident[];
  /** What they were chosen by. */
  words: readonly string[];
}

/** The list as it is shown, in its order, with the columns of the API's CSV. */
export function CsvButton({ incidents, words }: Props): JSX.Element {
  const save = (): void => {
    const text = toIncidentCsv(incidents, { isFirstPart: true, times: 'seconds' });
    saveFile(csvFileName(new Date(), words), 'text/csv', text);
  };
  return (
    <button type="button" disabled={incidents.length === 0} onClick={save} title="Save what the list shows as CSV">
      CSV
    </button>
  );
}
