import type { JSX } from 'preact';
import { Dialog } from '../parts/dialog.tsx';
import { WatchOptions } from './watch-options.tsx';

const KEYS = [
  ['/', 'search'],
  ['↑ ↓ PgUp PgDn Home End', 'move in the list'],
  ['Enter', 'open the incident, open or fold a group'],
  ['← →', 'fold or open a group'],
  ['Space', 'select the incident or the group'],
  ['j k', 'next and previous incident, in the list and in an incident'],
  ['o', 'open the incident in Defender'],
  ['Esc', 'back to the list, or close a dialog'],
  ['r', 'read everything again'],
  ['?', 'this help'],
] as const;

export function HelpDialog({ onClose }: { onClose(): void }): JSX.Element {
  return (
    <Dialog title="Help" onClose={onClose}>
      <h3>Keys</h3>
      <dl class="keys">
        {KEYS.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
      <h3>Watching</h3>
      <p>
        What has come since you looked is counted in the tab’s title and beside Refresh, and marked in the list. The
        list does not move while the pointer moves over it.
      </p>
      <WatchOptions />
      <h3>Terms</h3>
      <p>
        <strong>Complete up to 14:05</strong>: whatever Microsoft showed before then is stored. <strong>Blind</strong>:
        new incidents of this customer may be missing, so that silence there means nothing. <strong>Silent</strong>:
        this customer is read well, and sends nothing new for more than three times as long as it is usually quiet.
      </p>
      <p>
        Paste an incident’s number or a link into the Defender portal into the search and press Enter to open it. The
        address of the page holds view, filters and order: send it to a colleague.
      </p>
    </Dialog>
  );
}
