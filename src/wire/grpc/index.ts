export { type MessageError, messageErrors } from './errors.js';
export { frameMessage, messagePrefix, PREFIX_BYTES } from './frame.js';
export { gunzipMessage, gzipMessage } from './gzip.js';
export {
  DEFAULT_MAX_MESSAGE_BYTES,
  MessageReader,
  type MessageReaderOptions,
  type MessageSink,
} from './message-reader.js';
export {
  decodeBinaryMetadata,
  encodeBinaryMetadata,
  isBinaryMetadata,
  isMetadataText,
  metadataNameProblem,
} from './metadata.js';
export { decodeGrpcMessage } from './percent.js';
export {
  GrpcStatus,
  type GrpcStatusName,
  grpcStatusName,
  grpcStatusNames,
  grpcStatusOf,
  parseGrpcStatus,
} from './status.js';
export { statusOfHttp, statusOfReset } from './status-of.js';
export { encodeTimeout } from './timeout.js';
