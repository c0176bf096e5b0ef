import { startTarget } from '../target/index.js';

/** The process behind `zipfire demo`: serves until the one that started it lets go of the channel. */
const isGrpc = process.argv[2] === 'grpc';
const target = await startTarget({ port: 0, ...(isGrpc ? { grpcPort: 0 } : {}) });
process.once('disconnect', () => {
  void target.close();
});
// Ctrl-C reaches the whole group: the run ends first, in its own time, and this process with it.
process.on('SIGINT', () => {});
process.send?.(target.grpc?.url ?? target.url);
