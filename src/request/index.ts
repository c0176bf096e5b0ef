export { checkHole, checkTemplate, escapeTemplate, type KnownNames, templateNames } from './check.js';
export { type CompileContext, type CompiledOperation, compileOperation } from './compile.js';
export { Holes } from './holes.js';
export { dottedName, type MethodName } from './method-names.js';
export { parseTemplate } from './template.js';
export { createVariable, type ValueSource, variableNames } from './variables.js';
