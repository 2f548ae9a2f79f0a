export interface Value {
  text: string;
  /** Nobody copies it: a word, a number. */
  isPlain?: boolean;
  /** What to type to look for it at all customers; absent: the index does not have it. */
  search?: string;
  /** A click on it elsewhere may do harm: it is copied defanged too. */
  isDangerous?: boolean;
  /** Says what it is, in small letters before it. */
  prefix?: string;
}
