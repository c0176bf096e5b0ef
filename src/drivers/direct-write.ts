import type { Socket } from 'node:net';

/**
 * Writes to a TCP or unix socket below the stream layer.
 *
 * `socket.write` queues, counts and schedules for every call; all of it is for writers that do not know whether
 * the kernel will take their bytes. A request goes out on an idle connection, where it always does, and the
 * layer costs a tenth of the CPU of a request (see bench/README.md). The handle below it is not a documented
 * interface of Node, so what is used is looked for first, the first write goes through the stream and shows how
 * this Node calls the handle, and `socket.write` takes over wherever something is not as expected.
 */

/** Node's native stream. */
export interface StreamHandle {
  /**
   * @param request what carries the outcome of a write that the kernel did not take at once; newer Nodes are
   *   given null, and return such a request when they need one
   * @returns a number: 0 or the negative number of the error
   */
  writeLatin1String(request: WriteRequest | null, bytes: string): unknown;
  /** Bytes that the kernel has not taken yet. */
  readonly writeQueueSize?: unknown;
}

interface WriteRequest {
  /** Negative while no write has taken the request; the kernel may since have taken all of its bytes. */
  getAsyncId(): number;
}

/** How this Node has its handles called; not known before the first write. */
type Convention =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'request'; readonly create: new () => WriteRequest }
  | { readonly kind: 'null' }
  /** In some other way: leave it to the stream. */
  | { readonly kind: 'other' };

let convention: Convention = { kind: 'unknown' };

/** A request that no write has kept: one serves all writes of a thread that the kernel takes at once. */
let idleRequest: WriteRequest | null = null;

/** The handle of a socket that can be written to directly; null for TLS, and where Node's internals differ. */
export function directHandle(socket: Socket): StreamHandle | null {
  if (convention.kind === 'other' || 'encrypted' in socket || !('_handle' in socket)) return null;
  return isStreamHandle(socket._handle) ? socket._handle : null;
}

function isStreamHandle(handle: unknown): handle is StreamHandle {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    'writeLatin1String' in handle &&
    typeof handle.writeLatin1String === 'function'
  );
}

/**
 * Writes bytes in order.
 *
 * An error that the kernel reports later comes back as one of the connection, which is read all the time.
 *
 * @returns whether there was no error
 */
export function writeDirect(socket: Socket, handle: StreamHandle, bytes: string): boolean {
  switch (convention.kind) {
    case 'request': {
      idleRequest ??= new convention.create();
      const error = handle.writeLatin1String(idleRequest, bytes);
      // The kernel did not take everything at once: the request stays with that write until it is done.
      if (idleRequest.getAsyncId() >= 0) idleRequest = null;
      return error === 0;
    }
    case 'null': {
      const result = handle.writeLatin1String(null, bytes);
      return typeof result !== 'number' || result === 0;
    }
    case 'unknown':
      convention = learnConvention(socket, handle, bytes);
      return true;
    case 'other':
      socket.write(bytes, 'latin1');
      return true;
  }
}

/** Bytes written to a handle that the kernel has not taken yet; 0 without a handle. */
export function queuedBytes(handle: StreamHandle | null): number {
  const size = handle?.writeQueueSize;
  return typeof size === 'number' ? size : 0;
}

/** Writes through the stream once and looks at how it calls the handle. */
function learnConvention(socket: Socket, handle: StreamHandle, bytes: string): Convention {
  const write = handle.writeLatin1String;
  let learnt: Convention = { kind: 'other' };
  handle.writeLatin1String = (request, text) => {
    if (request === null) learnt = { kind: 'null' };
    else if (typeof request?.getAsyncId === 'function') {
      learnt = { kind: 'request', create: request.constructor as new () => WriteRequest };
    }
    return write.call(handle, request, text);
  };
  socket.write(bytes, 'latin1');
  handle.writeLatin1String = write;
  return learnt;
}
