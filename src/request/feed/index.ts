export { readCsv } from './csv.js';
export { type DataHole, dataHole } from './data-hole.js';
export { type RowFile, type RowSource, rowLimits } from './file.js';
export { readJsonLines } from './json-lines.js';
export { createDataSources, type DataSource } from './sources.js';
export { createCells, findCell } from './table.js';
