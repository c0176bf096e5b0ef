export { fitKeys, type KeyFit, type TriedModel } from './fit.js';
export type { KeyLogOptions } from './formats/detect.js';
export type { HotKey } from './hot-keys.js';
export { KeyLog } from './key-log.js';
export type { Table } from './zones.js';
