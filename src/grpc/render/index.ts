/**
 * The part of gRPC messages that runs for every call. It needs no schema and no library, so a worker that
 * renders compiled messages loads neither.
 */
export type { Program, Slot } from './program.js';
export { type DynamicBuilder, type PreparedMessage, prepareMessage } from './render.js';
