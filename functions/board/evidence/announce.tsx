import type { JSX } from 'preact';

const ID = 'announcer';

/** A place for sentences that only a screen reader has to say, as what they tell is seen anyway. */
export function Announcer(): JSX.Element {
  return <div id={ID} role="status" class="unseen" />;
}

export function announce(sentence: string): void {
  const place = document.getElementById(ID);
  if (place !== null) place.textContent = sentence;
}
