export type { BoundDistribution, Distribution } from './distribution.js';
export { formatKey } from './format.js';
export { bindSpec, createKeyGenerator, createPopularityOrder } from './generator.js';
export { type ParameterDefinition, rangeOf } from './parameter.js';
export { distributionOf, distributions } from './registry.js';
export { type KeySpecOptions, parseKeyFlag, resolveKeySpec } from './spec.js';
export { type HitRange, keyStatistics } from './statistics.js';
