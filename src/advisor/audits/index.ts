import type { Audit } from '../audit.js';

/** Every rule; a new one is a file and a line here. Self-checks of the generator are those whose id begins with S. */
export const audits: readonly Audit[] = [];
