/**
 * Compiles a format such as `user_{}` to the function that writes an index with it.
 *
 * What it returns is a byte string (one char, 0–255, for each byte of the UTF-8), as templates take values. For
 * an ASCII format that is the text itself.
 */
export function formatKey(format: string): (index: number) => string {
  const [prefix = '', suffix = '', ...more] = format.split('{}').map(utf8ByteString);
  if (more.length > 0) throw new RangeError('a key format has one {}');
  if (prefix === '' && suffix === '') return (index) => String(index);
  if (suffix === '') return (index) => prefix + index;
  return (index) => prefix + index + suffix;
}

function utf8ByteString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
