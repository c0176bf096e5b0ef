/**
 * Why a response was refused. Constants, so that they can be counted, compared and shown as they are:
 * nothing of what the server sent is in them.
 */
export const parseErrors = {
  notHttp: 'status line is not HTTP',
  version: 'HTTP version is not 1.x',
  status: 'status code is not three digits from 100 to 999',
  switching: 'protocol switched (101) without being asked',
  bareCr: 'CR without LF',
  bareLf: 'line ends in LF without CR',
  leadingSpace: 'white space before the first header field',
  noColon: 'header line without a colon',
  fieldName: 'character not allowed in a header field name',
  fieldValue: 'character not allowed in a header field value',
  headerTooLarge: 'header, trailer or chunk extensions larger than the limit',
  lengthSyntax: 'Content-Length is not a number',
  lengthHuge: 'Content-Length is too large a number',
  lengthsDiffer: 'Content-Length values differ',
  bodyTooLarge: 'body larger than the limit',
  chunkSize: 'chunk size is not a hexadecimal number',
  chunkSizeLong: 'chunk size has more than 16 digits',
  chunkExtension: 'character not allowed in a chunk extension',
  chunkEnd: 'chunk data does not end where its size says',
} as const;

export type ParseError = (typeof parseErrors)[keyof typeof parseErrors];
