import { render } from 'preact';
import { App } from './app.tsx';
import { restorePlace } from './session.ts';

restorePlace();
render(<App />, document.body);
