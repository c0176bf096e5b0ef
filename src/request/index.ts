export { checkTemplate, templateNames } from './check.js';
export { type CompileContext, type CompiledOperation, compileOperation } from './compile.js';
export { type ValueSource, variableNames } from './variables.js';
