import { Flag, FrameType } from './constants.js';

/**
 * What is wrong with the payload length of a frame of this type (RFC 9113 §6), or null.
 * Every such error ends the connection, also where a stream error would do (PRIORITY): §5.4.2 leaves that
 * open, and the frames such a peer sends next are guesswork.
 */
export function sizeFault(type: number, flags: number, length: number): string | null {
  switch (type) {
    case FrameType.data:
      return (flags & Flag.padded) === 0 || length > 0 ? null : 'a DATA frame too short for its padding';
    case FrameType.headers:
      return length >= prefixOf(flags) ? null : 'a HEADERS frame too short for its padding or priority';
    case FrameType.priority:
      return length === 5 ? null : 'a PRIORITY frame whose length is not 5';
    case FrameType.rstStream:
      return length === 4 ? null : 'a RST_STREAM frame whose length is not 4';
    case FrameType.settings:
      if ((flags & Flag.ack) !== 0) return length === 0 ? null : 'a SETTINGS acknowledgement with a payload';
      return length % 6 === 0 ? null : 'a SETTINGS frame whose length is not a multiple of 6';
    case FrameType.ping:
      return length === 8 ? null : 'a PING frame whose length is not 8';
    case FrameType.goaway:
      return length >= 8 ? null : 'a GOAWAY frame shorter than 8 bytes';
    case FrameType.windowUpdate:
      return length === 4 ? null : 'a WINDOW_UPDATE frame whose length is not 4';
    default:
      return null;
  }
}

/** What is wrong with a frame of this type being on this stream, or null. Unknown types may be anywhere. */
export function streamFault(type: number, streamId: number): string | null {
  switch (type) {
    case FrameType.windowUpdate:
      return null;
    case FrameType.settings:
    case FrameType.ping:
    case FrameType.goaway:
      return streamId === 0 ? null : 'a frame of the connection on a stream';
    default:
      return streamId === 0 && type <= FrameType.continuation ? 'a frame of a stream on stream 0' : null;
  }
}

/** Bytes before the header block of a HEADERS frame: the padding's length and the priority, §6.2. */
export function prefixOf(flags: number): number {
  return ((flags & Flag.padded) !== 0 ? 1 : 0) + ((flags & Flag.priority) !== 0 ? 5 : 0);
}
