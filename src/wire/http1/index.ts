export { type ParseError, parseErrors } from './errors.js';
export type { ResponseLimits } from './limits.js';
export { HeadMemory } from './memory.js';
export type { ResponseObserver } from './observer.js';
export { type ParserParts, ResponseParser } from './response.js';
