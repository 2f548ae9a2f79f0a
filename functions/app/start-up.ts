import { app } from '@azure/functions';
import { startTelemetry, stopTelemetry } from '../../shared/wiring/export-telemetry.ts';
import { getServices } from '../../shared/wiring/services.ts';

// Responses are streamed: a whole list as CSV does not fit into memory.
app.setup({ enableHttpStream: true });

// A function file that throws while it is loaded looks like an app without functions; a start-up hook that throws stops the host.
app.hook.appStart(() => startTelemetry(getServices()));
app.hook.appTerminate(stopTelemetry);
