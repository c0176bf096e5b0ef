export { type ListenAddress, parseListenAddress } from './dashboard/address.js';
export { Dashboard } from './dashboard/dashboard.js';
export { type Destination, parseDestination } from './export/destination.js';
export { Exporter } from './export/exporter.js';
export type { RunIdentity } from './export/metric.js';
export { LiveTally } from './tally.js';
