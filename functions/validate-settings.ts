import { app } from '@azure/functions';
import { getServices } from '../shared/services.ts';

// Answers are sent as they are made: a whole list as CSV does not fit into memory.
app.setup({ enableHttpStream: true });

// A function file that throws while it is loaded looks like an app without functions; a start-up hook that throws stops the host.
app.hook.appStart(() => {
  getServices();
});
