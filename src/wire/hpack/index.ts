export { BlockCache } from './block-cache.js';
export { type BlockTemplate, compileBlock, type TemplateField } from './block-template.js';
export { type FieldSink, HpackDecoder, type HpackFault, INITIAL_TABLE_SIZE } from './decoder.js';
export { encodeSizeUpdate, encodeStateless, type HeaderField, HpackEncoder } from './encoder.js';
export { FieldTable, type FixedField } from './field-table.js';
