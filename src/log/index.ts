export { cellsOfLine, delimiterOf, headerCells } from './csv.js';
export { readObject, scalarAt, valueAt } from './json.js';
export { LineReader } from './lines.js';
export { accessLogLine, mostOf } from './sample.js';
