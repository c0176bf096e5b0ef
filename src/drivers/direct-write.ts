import type { Socket } from 'node:net';

/**
 * Writes to a TCP or unix socket below the stream layer.
 *
 * `socket.write` queues, counts and schedules for every call; all of it is for writers that do not know whether
 * the kernel will take their bytes. A request goes out on an idle connection, where it always does, and the
 * layer costs a tenth of the CPU of a request (see bench/README.md). The handle below it is not a documented
 * interface of Node, so what is used is looked for first, and `socket.write` takes over wherever it is absent.
 */

/** Node's native stream; `writeQueueSize` is what the kernel has not taken yet, bytes. */
export interface StreamHandle {
  writeLatin1String(request: object, bytes: string): number;
  readonly writeQueueSize: number;
}

type RequestClass = new () => { oncomplete?: (status: number) => void };

/** The class of Node's write requests. It is not exported; the first write through a stream shows it. */
let requestClass: RequestClass | null = null;

/** A request that no write has kept: one serves all writes of a thread that the kernel takes at once. */
let idleRequest: object | null = null;

/** Handles that can be written to directly; null for TLS, and where Node's internals have changed. */
export function directHandle(socket: Socket): StreamHandle | null {
  if ('encrypted' in socket || !('_handle' in socket)) return null;
  return isStreamHandle(socket._handle) ? socket._handle : null;
}

function isStreamHandle(handle: unknown): handle is StreamHandle {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    'writeLatin1String' in handle &&
    typeof handle.writeLatin1String === 'function' &&
    'writeQueueSize' in handle &&
    typeof handle.writeQueueSize === 'number'
  );
}

/**
 * Writes bytes in order.
 *
 * @returns 0, or the negative number of the error
 */
export function writeDirect(socket: Socket, handle: StreamHandle, bytes: string): number {
  if (requestClass === null) {
    learnRequestClass(socket, handle, bytes);
    return 0;
  }
  idleRequest ??= new requestClass();
  const error = handle.writeLatin1String(idleRequest, bytes);
  // The kernel's buffer is full: the request stays with the write until that is done. An error of it comes
  // back as one of the connection's, which is read all the time.
  if (handle.writeQueueSize > 0) idleRequest = null;
  return error;
}

/** Writes through the stream once and looks at the request it makes. */
function learnRequestClass(socket: Socket, handle: StreamHandle, bytes: string): void {
  const write = handle.writeLatin1String;
  handle.writeLatin1String = (request, text) => {
    requestClass = request.constructor as RequestClass;
    return write.call(handle, request, text);
  };
  socket.write(bytes, 'latin1');
  handle.writeLatin1String = write;
}
