// Started by fork-host.ts: runs a host in a process of its own, so that a test can kill it in the middle of a run.
import { explainError } from './functions/log-entry.ts';
import { readToHost, type FromHost, type HostCall } from './host-messages.ts';
import { startHost, type Host } from './start-host.ts';

let host: Promise<Host> | undefined;

process.on('message', (message) => {
  const order = readToHost(message);
  if (order.type === 'start') {
    host = startHost({ ...order.options, log: (entry) => void send({ type: 'log', entry }) });
    host.then(reportStarted, reportFailed);
  } else {
    void answer(order.id, order.call);
  }
});

// However the parent ends, the channel closes; a host without it would poll for ever.
process.on('disconnect', () => process.exit(1));

// Ctrl-C reaches the whole process group; the parent decides whether what runs may finish.
process.on('SIGINT', () => undefined);

async function reportStarted({ url, functionKey, functions }: Host): Promise<void> {
  await send({ type: 'started', host: { url, functionKey, functions } });
}

async function reportFailed(error: unknown): Promise<void> {
  console.error(explainError(error));
  await send({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

async function answer(id: number, call: HostCall): Promise<void> {
  const error = await perform(call).then(
    () => null,
    (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
  );
  await send({ type: 'answer', id, error });
  if (call.method === 'stop') process.exit(0);
}

async function perform(call: HostCall): Promise<void> {
  const target = await host;
  if (target === undefined) throw new Error('Cannot ask a host that was not started');
  switch (call.method) {
    case 'runTimerNow':
      return target.runTimerNow(...call.args);
    case 'enqueue':
      return target.enqueue(...call.args);
    case 'idle':
      return target.idle(...call.args);
    case 'stop':
      return target.stop();
  }
}

function send(message: FromHost): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else
      process.send(message, undefined, undefined, () => {
        resolve();
      });
  });
}
