import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { playTone } from './use-call.ts';
import { readWatchSettings, writeWatchSettings, type WatchSettings } from './watch-store.ts';

/** How somebody who looks elsewhere is called; the browser itself asks whether it may. */
export function WatchOptions(): JSX.Element {
  const [settings, setSettings] = useState(readWatchSettings);
  const [said, setSaid] = useState('');
  const change = (part: Partial<WatchSettings>): void => {
    const next = { ...settings, ...part };
    setSettings(next);
    writeWatchSettings(next);
  };
  const notify = async (isWanted: boolean): Promise<void> => {
    setSaid('');
    const isAllowed = isWanted && (await mayNotify());
    if (isWanted && !isAllowed) setSaid('The browser does not allow notifications of this page.');
    change({ notify: isAllowed });
  };
  return (
    <fieldset class="watch">
      <legend>While this tab is in the background, call for new incidents of high severity</legend>
      <label>
        <input
          type="checkbox"
          checked={settings.notify}
          onChange={(event) => void notify(event.currentTarget.checked)}
        />
        with a notification
      </label>
      <label>
        <input
          type="checkbox"
          checked={settings.sound}
          onChange={(event) => {
            change({ sound: event.currentTarget.checked });
            if (event.currentTarget.checked) playTone();
          }}
        />
        with a sound
      </label>
      <p class="hint" role="status">
        {said}
      </p>
    </fieldset>
  );
}

async function mayNotify(): Promise<boolean> {
  if (!('Notification' in globalThis)) return false;
  return (await Notification.requestPermission()) === 'granted';
}
