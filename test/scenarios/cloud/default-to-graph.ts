import { setDefaultSource } from './default-source.ts';

/** Before the scenarios are imported: the same ones then read from Microsoft Graph. */
setDefaultSource('graph');
