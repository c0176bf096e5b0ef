import { parentPort, workerData } from 'node:worker_threads';
import { ZipfireError } from '../core/index.js';
import type { FromWorker, ToWorker, WorkerData } from './messages.js';
import { WorkerRun } from './worker-run.js';

/** The thread's entry: messages in, messages out. */
const port = parentPort;
if (port === null) throw new Error('engine/worker runs as a worker thread only');

const post = (message: FromWorker) => port.postMessage(message);
const run = new WorkerRun(workerData as WorkerData, post);

const REPORT_IT = 'nothing of this run can be trusted; please report it with the command line';

function fail(error: unknown): void {
  const known = error instanceof ZipfireError ? error : null;
  run.flushLog();
  const message = error instanceof Error ? error.message : String(error);
  post({ type: 'failed', error: { code: known?.code ?? 'internal', message, hint: known?.hint } });
}

// What is thrown from within a send, as a value that does not fit its field, ends up here.
process.on('uncaughtException', (thrown: Error) => {
  const error = run.explain(thrown);
  fail(
    error instanceof ZipfireError
      ? error
      : new ZipfireError('worker-died', `a worker died: ${error.message}`, REPORT_IT, error),
  );
});

port.on('message', (message: ToWorker) => {
  if (message.type === 'run') run.phase(message.phase, message.startNs).catch(fail);
  else if (message.type === 'stop') run.stop(message.graceMs);
  else if (message.type === 'teardown') run.teardown().catch(fail);
  else run.close().then(() => port.close(), fail);
});

run.open().catch(fail);
