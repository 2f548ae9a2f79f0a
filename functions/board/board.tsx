// Before all others: the chart library looks at the language as soon as it is loaded.
import './frame/mend-language.ts';
import { render } from 'preact';
import { App } from './frame/app.tsx';
import { restorePlace } from './data/session.ts';

restorePlace();
render(<App />, document.body);
