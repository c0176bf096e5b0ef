export type { TemplateHole, TemplateReader } from './json/template.js';
export { binaryMessages } from './message/binary.js';
export { compileCallData, messageOf } from './message/call-data.js';
export {
  type CompiledMessage,
  type CompileOptions,
  compileMessage,
  dynamicBuilder,
} from './message/compile.js';
export { type DecodeOptions, decodeToJson } from './message/decode.js';
export { methodValues } from './method-values.js';
export { type ReflectionCall, type ReflectionReply, reflectSchema } from './reflection/reflect.js';
export { type DynamicBuilder, type PreparedMessage, prepareMessage } from './render/index.js';
export { loadProtoFiles, loadProtosets } from './schema/load.js';
export type { Method, MethodKind } from './schema/method.js';
export { readProtoset } from './schema/protoset.js';
export { Schema, type Service } from './schema/schema.js';
