export { type AdviseOptions, advise, failuresOf, isSelfCheck } from './advise.js';
export { type Audit, audit, fail, inconclusive, notApplicable, type Outcome, pass } from './audit.js';
export { fileAudits } from './audits/files/index.js';
export { audits } from './audits/index.js';
export { type FactName, type Facts, factNames, type Gathered } from './facts.js';
export { type FileSuppressions, readSuppressions, type Suppression } from './suppress.js';
