import { PLAIN_LOOK, readLook, writeLook, type ListLook } from '../model/list-look.ts';

const PLACE = 'board.look';

/** The look that was chosen last in this browser. */
export function readKeptLook(): ListLook {
  return readLook(new URLSearchParams(localStorage.getItem(PLACE) ?? '')) ?? PLAIN_LOOK;
}

export function keepLook(look: ListLook): void {
  localStorage.setItem(PLACE, new URLSearchParams(writeLook(look)).toString());
}
