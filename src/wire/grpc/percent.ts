const escaped = /%([0-9A-Fa-f]{2})/g;

/**
 * The text of a `grpc-message` field: percent-decoded, then UTF-8. A bad encoding is no error: a `%` that
 * begins no escape stays as it is, and bytes that are no UTF-8 become U+FFFD. Source: gRPC "PROTOCOL-HTTP2",
 * Status-Message.
 *
 * @param value a byte string
 * @returns text from outside: `escapeText` before it is shown
 */
export function decodeGrpcMessage(value: string): string {
  const bytes = value.includes('%')
    ? value.replace(escaped, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : value;
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
