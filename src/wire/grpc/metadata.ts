/** Names that the protocol itself sets; metadata may not. Source: gRPC "PROTOCOL-HTTP2", Requests. */
const reserved = new Set([
  'te',
  'content-type',
  'content-length',
  'host',
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/** Whether values under this name are bytes, sent as base64. */
export function isBinaryMetadata(name: string): boolean {
  return name.endsWith('-bin');
}

/** Why a name cannot stand in metadata; null when it can. */
export function metadataNameProblem(name: string): string | null {
  if (name === '') return 'is empty';
  if (/[A-Z]/.test(name)) return 'has capitals, which HTTP/2 forbids in names';
  if (!/^[0-9a-z_.-]+$/.test(name)) return 'has characters other than 0-9 a-z _ - .';
  if (name.startsWith('grpc-')) return 'begins with "grpc-", which is reserved';
  if (reserved.has(name)) return 'is set by the protocol itself';
  return null;
}

/** Whether an ASCII value may stand in metadata: printable ASCII and spaces, none at its ends. */
export function isMetadataText(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value) && value.trim() === value;
}

/**
 * The bytes of a `-bin` value, padded or not; both must be understood. Source: gRPC "PROTOCOL-HTTP2",
 * Custom-Metadata.
 * @returns null when it is no base64
 */
export function decodeBinaryMetadata(value: string): Buffer | null {
  const digits = value.replace(/={1,2}$/, '');
  if (!/^[0-9A-Za-z+/]*$/.test(digits) || digits.length % 4 === 1) return null;
  return Buffer.from(digits, 'base64');
}

/** A `-bin` value as it is sent: without padding, as the protocol asks. */
export function encodeBinaryMetadata(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64').replace(/=+$/, '');
}
