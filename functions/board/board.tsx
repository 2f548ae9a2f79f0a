// Before all others: the chart library looks at the language as soon as it is loaded.
import './mend-language.ts';
import { render } from 'preact';
import { App } from './app.tsx';
import { restorePlace } from './session.ts';

restorePlace();
render(<App />, document.body);
