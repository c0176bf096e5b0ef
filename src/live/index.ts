export { type ListenAddress, parseListenAddress } from './dashboard/address.js';
export { Dashboard } from './dashboard/dashboard.js';
export { LiveTally } from './tally.js';
