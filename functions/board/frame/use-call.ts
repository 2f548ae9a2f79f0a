import { useEffect, useRef } from 'preact/hooks';
import type { ListedIncident } from '../../../shared/domain/views/incident-view.ts';
import { incidentKey } from '../model/incident-key.ts';
import { customerName } from '../model/select-incidents.ts';
import { showControls } from '../parts/show-controls.ts';
import { readWatchSettings } from './watch-store.ts';

const MAX_TEXT = 200;

/** Calls for new incidents of high severity while nobody looks at the page, each of them once. */
export function useCall(news: readonly ListedIncident[], onOpen: (incident: ListedIncident) => void): void {
  const called = useRef(new Set<string>());
  useEffect(() => {
    const high = news.filter((one) => one.severity === 'high' && !called.current.has(incidentKey(one)));
    for (const one of high) called.current.add(incidentKey(one));
    const [first] = high;
    if (first === undefined || !document.hidden) return;
    const { notify, sound } = readWatchSettings();
    if (sound) playTone();
    if (notify) showNotification(first, high.length, onOpen);
  }, [news]);
}

function showNotification(first: ListedIncident, count: number, onOpen: (incident: ListedIncident) => void): void {
  if (!('Notification' in globalThis) || Notification.permission !== 'granted') return;
  const title = count === 1 ? `High: ${customerName(first)}` : `${count} new incidents of high severity`;
  const body = first.name ?? `Incident ${first.incidentId}`;
  const shown = new Notification(plain(title), { body: plain(body), tag: 'board.news' });
  shown.onclick = () => {
    focus();
    onOpen(first);
    shown.close();
  };
}

const plain = (text: string): string => showControls(text).slice(0, MAX_TEXT);

const TONE_S = 0.35;

/** Two short tones; a browser plays them only once somebody has clicked in the page. */
export function playTone(): void {
  const audio = new AudioContext();
  const volume = audio.createGain();
  volume.gain.value = 0.08;
  volume.connect(audio.destination);
  for (const [index, frequency] of [660, 880].entries()) {
    const tone = audio.createOscillator();
    tone.frequency.value = frequency;
    tone.connect(volume);
    tone.start(audio.currentTime + index * TONE_S);
    tone.stop(audio.currentTime + index * TONE_S + TONE_S * 0.8);
    if (index === 1) tone.onended = () => void audio.close();
  }
}
