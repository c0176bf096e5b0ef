import { escapeText, usageError, ZipfireError } from '../../core/index.js';
import { GrpcStatus, grpcStatusName } from '../../wire/grpc/index.js';
import { Schema } from '../schema/schema.js';
import { ReflectionConversation } from './conversation.js';

/** How a call of one request and one response message ended. */
export interface ReflectionReply {
  /** A gRPC status code. */
  readonly status: number;
  /** `grpc-message`, decoded; text from outside. */
  readonly statusMessage: string;
  /** The response message, decompressed; null when none came. */
  readonly message: Uint8Array | null;
}

/**
 * Calls the reflection service: sends one message, half-closes, reads what comes.
 * @param path of the method, with the slash before it
 * @param request the message, without prefix
 */
export type ReflectionCall = (path: string, request: Uint8Array) => Promise<ReflectionReply>;

/** The newer first; most servers have either, many both. */
const paths = [
  '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
] as const;

/** Said by the client where there is no answer, and by what stands before a server that is down. */
const noAnswer: ReadonlySet<number> = new Set([GrpcStatus.UNAVAILABLE, GrpcStatus.DEADLINE_EXCEEDED]);

/**
 * The schema that a server tells by reflection, v1 or v1alpha.
 *
 * @param service full name of the one that is wanted; null: all of them
 * @param where it is wanted, for errors
 * @throws ZipfireError `usage` when the server has no reflection, refuses, or lacks the service; `unreachable` when
 *   it does not answer
 */
export async function reflectSchema(
  call: ReflectionCall,
  service: string | null = null,
  where = '',
): Promise<Schema> {
  const conversation = new ReflectionConversation(service, where);
  let version = 0;
  for (let request = conversation.next(); request !== null; request = conversation.next()) {
    const reply = await call(paths[version] ?? paths[0], request);
    const unknownHere = reply.status === GrpcStatus.UNIMPLEMENTED && conversation.services.length === 0;
    if (unknownHere && version + 1 < paths.length) {
      version++;
      continue;
    }
    if (reply.status !== GrpcStatus.OK || reply.message === null) throw noReflection(reply);
    conversation.feed(reply.message);
  }
  return Schema.from(conversation.files, 'what the server reflects');
}

function noReflection({ status, statusMessage }: ReflectionReply): Error {
  const said = statusMessage === '' ? '' : `: ${escapeText(statusMessage)}`;
  if (noAnswer.has(status)) {
    const hint =
      'see whether it is up and speaks gRPC there; --proto or --protoset give the schema without it';
    const what = `the server does not answer reflection: ${grpcStatusName(status)}${said}`;
    return new ZipfireError('unreachable', what, hint);
  }
  const why =
    status === GrpcStatus.UNIMPLEMENTED
      ? 'the server has no reflection (v1 or v1alpha)'
      : status === GrpcStatus.OK
        ? 'server reflection answered nothing'
        : `server reflection ended with ${grpcStatusName(status)}${said}`;
  return usageError(why, 'give the schema with --proto or --protoset');
}
