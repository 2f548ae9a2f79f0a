/** No request to Microsoft takes longer, from the moment that it has its connection to the last byte of its answer. */
export const REQUEST_LIMIT_MS = 30_000;
