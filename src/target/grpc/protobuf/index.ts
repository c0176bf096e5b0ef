export { describeFile, type ProtoFile } from './descriptor.js';
export {
  bool,
  bytes,
  enumeration,
  int32,
  int64,
  oneof,
  repeated,
  string,
  submessage,
} from './fields.js';
export { type MessageType, message, type Values } from './message.js';
export {
  bidirectional,
  clientStreaming,
  type Method,
  type ServiceType,
  serverStreaming,
  unary,
} from './service.js';
export { WireError } from './wire.js';
