export { type Caller, type CallerOptions, type CallMetadata, createCaller } from './caller.js';
