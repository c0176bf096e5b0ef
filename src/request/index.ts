export { byteString, encodeTarget } from './bytes.js';
export { Capturer, captureHole, checkCapture, EXAMINED_BYTES } from './capture/index.js';
export {
  checkHole,
  checkTemplate,
  escapeTemplate,
  holeName,
  type KnownNames,
  templateHoles,
} from './check.js';
export { type CompileContext, type CompiledOperation, compileOperation } from './compile.js';
export { CookieJar, type CookieOrigin } from './cookies/jar.js';
export {
  createCells,
  createDataSources,
  dataHole,
  findCell,
  type RowFile,
  readCsv,
  readJsonLines,
  rowLimits,
} from './feed/index.js';
export { Holes } from './holes.js';
export { dottedName, type MethodName } from './method-names.js';
export { parseTemplate } from './template.js';
export { createVariable, type ValueSource, variableNames } from './variables.js';
