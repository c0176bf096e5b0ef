/** The rows, in the order they run. A new one is a file beside this one and a line here. */
import { row as autocannon } from './autocannon.js';
import { row as connections } from './connections.js';
import { row as ghz } from './ghz.js';
import { row as grpc } from './grpc.js';
import { row as grpcMemory } from './grpc-memory.js';
import { row as grpcStream } from './grpc-stream.js';
import { row as hey } from './hey.js';
import { row as http1 } from './http1.js';
import { row as http2 } from './http2.js';
import { row as keys } from './keys.js';
import { row as message } from './message.js';
import { row as openLoop } from './open-loop.js';
import { row as parser } from './parser.js';
import { row as script } from './script.js';
import { row as self } from './self.js';
import { row as session } from './session.js';
import { row as stall } from './stall.js';
import { row as start } from './start.js';
import { row as tls } from './tls.js';
import { row as workers } from './workers.js';

/**
 * @typedef {object} Row
 * @property {string} id what a filter matches
 * @property {string} title
 * @property {readonly string[]} needs programs; the row is skipped, and that is said, when one is missing
 * @property {() => string | null} [provide] fetches a peer; says why it could not
 * @property {(bench: Bench) => Promise<readonly import('../lib/figures.js').Figure[]>} measure
 *
 * @typedef {object} Bench
 * @property {number} pairs turns of the two that are compared
 * @property {number} seconds length of a measured run
 * @property {{client: number, server: number} | null} cores
 * @property {() => void} tick after each pair, for the progress
 */

/** @type {readonly Row[]} */
export const rows = [
  self,
  http1,
  autocannon,
  hey,
  tls,
  workers,
  openLoop,
  stall,
  connections,
  start,
  http2,
  grpc,
  ghz,
  grpcStream,
  grpcMemory,
  script,
  keys,
  parser,
  session,
  message,
];
