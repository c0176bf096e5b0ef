import { Flag, FrameType } from './constants.js';

/** A frame's nine-byte header, RFC 9113 §4.1. Frames are byte strings: one char (0–255) per byte. */
export function frameHeader(length: number, type: number, flags: number, streamId: number): string {
  return String.fromCharCode(
    length >>> 16,
    (length >>> 8) & 0xff,
    length & 0xff,
    type,
    flags,
    streamId >>> 24,
    (streamId >>> 16) & 0xff,
    (streamId >>> 8) & 0xff,
    streamId & 0xff,
  );
}

/** 32 bits, big-endian. */
function uint32(value: number): string {
  return String.fromCharCode(value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff);
}

/** HEADERS, and CONTINUATION for what goes over `maxFrameSize` (§6.2, §6.10). */
export function headersFrames(
  streamId: number,
  block: string,
  endStream: boolean,
  maxFrameSize: number,
): string {
  const flags = endStream ? Flag.endStream : 0;
  if (block.length <= maxFrameSize)
    return frameHeader(block.length, FrameType.headers, flags | Flag.endHeaders, streamId) + block;
  let frames = frameHeader(maxFrameSize, FrameType.headers, flags, streamId) + block.slice(0, maxFrameSize);
  for (let from = maxFrameSize; from < block.length; from += maxFrameSize) {
    const piece = block.slice(from, from + maxFrameSize);
    const last = from + maxFrameSize >= block.length ? Flag.endHeaders : 0;
    frames += frameHeader(piece.length, FrameType.continuation, last, streamId) + piece;
  }
  return frames;
}

export function dataFrame(streamId: number, payload: string, endStream: boolean): string {
  return frameHeader(payload.length, FrameType.data, endStream ? Flag.endStream : 0, streamId) + payload;
}

export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]): string {
  let payload = '';
  for (const [id, value] of settings) payload += String.fromCharCode(id >>> 8, id & 0xff) + uint32(value);
  return frameHeader(payload.length, FrameType.settings, 0, 0) + payload;
}

export const settingsAck = frameHeader(0, FrameType.settings, Flag.ack, 0);

/** @param increment 1 to 2^31 − 1 */
export function windowUpdateFrame(streamId: number, increment: number): string {
  return frameHeader(4, FrameType.windowUpdate, 0, streamId) + uint32(increment);
}

export function rstStreamFrame(streamId: number, code: number): string {
  return frameHeader(4, FrameType.rstStream, 0, streamId) + uint32(code);
}

/** @param payload eight bytes */
export function pingFrame(payload: string, ack: boolean): string {
  return frameHeader(8, FrameType.ping, ack ? Flag.ack : 0, 0) + payload;
}

/** @param debug goes to the peer as it is */
export function goawayFrame(lastStreamId: number, code: number, debug: string): string {
  const payload = uint32(lastStreamId) + uint32(code) + debug;
  return frameHeader(payload.length, FrameType.goaway, 0, 0) + payload;
}
