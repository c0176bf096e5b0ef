export { parseCommandLine, shellLine } from './command-line.js';
export { startGuard } from './guard.js';
export type { Place } from './ready.js';
export { type Service, Starter } from './service.js';
