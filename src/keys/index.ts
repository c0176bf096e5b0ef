export { formatKey } from './format.js';
export { createKeyGenerator, createPopularityOrder } from './generator.js';
export { countMoves } from './moves.js';
export type { ListDefinition, NumberDefinition, ParameterDefinition, PartsDefinition } from './parameter.js';
export { distributions } from './registry.js';
export { parseKeyFlag, resolveKeySpec } from './spec.js';
export { type HitRange, keyStatistics } from './statistics.js';
