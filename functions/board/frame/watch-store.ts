/** What calls somebody who looks elsewhere; kept in this browser. */
export interface WatchSettings {
  notify: boolean;
  sound: boolean;
}

const PLACE = 'board.watch';

export function readWatchSettings(): WatchSettings {
  const words = (localStorage.getItem(PLACE) ?? '').split(' ');
  return { notify: words.includes('notify'), sound: words.includes('sound') };
}

export function writeWatchSettings({ notify, sound }: WatchSettings): void {
  localStorage.setItem(PLACE, [notify ? 'notify' : '', sound ? 'sound' : ''].join(' ').trim());
}
