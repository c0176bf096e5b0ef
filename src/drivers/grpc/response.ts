import { OutcomeKind } from '../../core/index.js';
import { GrpcStatus, statusOfHttp } from '../../wire/grpc/index.js';
import type { ResponseHead } from '../../wire/http2/index.js';

/** How the server's responses become a status of gRPC and a kind of outcome. Source: gRPC "PROTOCOL-HTTP2". */

/**
 * Whether a response is one of gRPC, so that its content is messages and its `grpc-status` counts. One that says
 * to be something else is not, whatever its status; one that says nothing may be: servers leave the type out.
 */
export function isGrpcResponse({ contentType }: ResponseHead): boolean {
  return contentType === null || /^application\/grpc(?:[+;]|$)/.test(contentType);
}

/** Whether the messages of a response may be compressed, in the one encoding that is understood. */
export function isGzipResponse({ grpcEncoding }: ResponseHead): boolean {
  return grpcEncoding === 'gzip';
}

/**
 * The status of a whole response. What is not gRPC, or does not say its status, goes by its HTTP status.
 * @param grpcStatus −1 when there is none
 */
export function statusOfResponse(httpStatus: number, isGrpc: boolean, grpcStatus: number): number {
  if (!isGrpc || grpcStatus < 0) return statusOfHttp(httpStatus);
  return grpcStatus > GrpcStatus.UNAUTHENTICATED ? GrpcStatus.UNKNOWN : grpcStatus;
}

/** `protocol` for what HTTP calls a success, and gRPC does not. */
export function kindOfResponse(httpStatus: number, isGrpc: boolean, grpcStatus: number): OutcomeKind {
  if (isGrpc && grpcStatus === GrpcStatus.OK) return OutcomeKind.ok;
  if (isGrpc && grpcStatus > 0) return OutcomeKind.status;
  return httpStatus === 200 ? OutcomeKind.protocol : OutcomeKind.status;
}
