export type { Excess } from './block-opener.js';
export { ErrorCode, errorName } from './constants.js';
export { ResetBy, type SessionHandler } from './handler.js';
export { defaultSessionOptions, type SessionOptions } from './options.js';
export type { ResponseHead } from './response-head.js';
export { type HeadOptions, ResponseHeads } from './response-heads.js';
export { Http2Session } from './session.js';
