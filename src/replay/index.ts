export { HitsReader } from './hits-file.js';
export { placeOf, replayPacer } from './pacer.js';
export { planOfLog } from './prepare.js';
export { readReplayLog } from './read-log.js';
