/** Where columns would have to be cut, a row is a card, which has its own choice of them. */
export const CARDS = '(max-width: 59.99rem)';
/** There a title needs two lines. */
export const PHONE = '(max-width: 47.99rem)';
