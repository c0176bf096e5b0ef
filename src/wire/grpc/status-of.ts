import { GrpcStatus } from './status.js';

/**
 * The status of a response that carries no `grpc-status`, from its HTTP status.
 * Source: gRPC "HTTP to gRPC Status Code Mapping"; 431 as in grpc-go, whose servers and proxies send it for
 * metadata that is too large.
 *
 * 200 without a `grpc-status` is UNKNOWN too: the server ended a call without saying how.
 */
export function statusOfHttp(httpStatus: number): GrpcStatus {
  switch (httpStatus) {
    case 400:
    case 431:
      return GrpcStatus.INTERNAL;
    case 401:
      return GrpcStatus.UNAUTHENTICATED;
    case 403:
      return GrpcStatus.PERMISSION_DENIED;
    case 404:
      return GrpcStatus.UNIMPLEMENTED;
    case 429:
    case 502:
    case 503:
    case 504:
      return GrpcStatus.UNAVAILABLE;
    default:
      return GrpcStatus.UNKNOWN;
  }
}

// RFC 9113 §7. Only those that gRPC tells apart.
const REFUSED_STREAM = 0x7;
const CANCEL = 0x8;
const ENHANCE_YOUR_CALM = 0xb;
const INADEQUATE_SECURITY = 0xc;

/**
 * The status of a call whose stream the server reset, from the code of the RST_STREAM.
 * Source: gRPC "PROTOCOL-HTTP2", Errors.
 */
export function statusOfReset(errorCode: number): GrpcStatus {
  switch (errorCode) {
    case REFUSED_STREAM:
      return GrpcStatus.UNAVAILABLE;
    case CANCEL:
      return GrpcStatus.CANCELLED;
    case ENHANCE_YOUR_CALM:
      return GrpcStatus.RESOURCE_EXHAUSTED;
    case INADEQUATE_SECURITY:
      return GrpcStatus.PERMISSION_DENIED;
    default:
      return GrpcStatus.INTERNAL;
  }
}
