/** The thread that `startTargetThread` starts: one target, until it is told to close. */
import { parentPort, workerData } from 'node:worker_threads';
import { startTarget } from './target.js';
import { type FromThread, type ThreadData, type ToThread, toPlainError } from './thread-protocol.js';

const port = parentPort;
if (port === null) throw new Error('thread-main runs as a worker thread');

const { options, memory } = workerData as ThreadData;
const tell = (message: FromThread) => port.postMessage(message);

try {
  const { url, address, port: listenPort, close } = await startTarget(options, memory);
  port.on('message', (message: ToThread) => {
    // With the port and the server closed nothing is left to wait for, and the thread ends by itself.
    if (message.kind === 'close') void close().finally(() => port.close());
  });
  tell({ kind: 'ready', place: { url, address, port: listenPort } });
} catch (error) {
  tell({ kind: 'failed', error: toPlainError(error) });
}
