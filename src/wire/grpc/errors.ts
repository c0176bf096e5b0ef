import { GrpcStatus } from './status.js';

/**
 * Why the messages of a response were refused, with the status that the call then has. Constants, so that they
 * can be compared, counted and shown as they are: nothing of what the server sent is in them.
 */
export const messageErrors = {
  flag: { status: GrpcStatus.INTERNAL, text: 'compressed flag is neither 0 nor 1' },
  unasked: { status: GrpcStatus.INTERNAL, text: 'compressed message in a response without grpc-encoding' },
  tooLarge: { status: GrpcStatus.RESOURCE_EXHAUSTED, text: 'message larger than the limit' },
  cut: { status: GrpcStatus.INTERNAL, text: 'response ends inside a message' },
} as const;

export type MessageError = (typeof messageErrors)[keyof typeof messageErrors];
