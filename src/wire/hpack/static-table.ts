/** The static table, RFC 7541 appendix A. Index 1 stands first: index i of the RFC is `staticFields[i - 1]`. */
export const staticFields: readonly (readonly [name: string, value: string])[] = [
  [':authority', ''],
  [':method', 'GET'],
  [':method', 'POST'],
  [':path', '/'],
  [':path', '/index.html'],
  [':scheme', 'http'],
  [':scheme', 'https'],
  [':status', '200'],
  [':status', '204'],
  [':status', '206'],
  [':status', '304'],
  [':status', '400'],
  [':status', '404'],
  [':status', '500'],
  ['accept-charset', ''],
  ['accept-encoding', 'gzip, deflate'],
  ['accept-language', ''],
  ['accept-ranges', ''],
  ['accept', ''],
  ['access-control-allow-origin', ''],
  ['age', ''],
  ['allow', ''],
  ['authorization', ''],
  ['cache-control', ''],
  ['content-disposition', ''],
  ['content-encoding', ''],
  ['content-language', ''],
  ['content-length', ''],
  ['content-location', ''],
  ['content-range', ''],
  ['content-type', ''],
  ['cookie', ''],
  ['date', ''],
  ['etag', ''],
  ['expect', ''],
  ['expires', ''],
  ['from', ''],
  ['host', ''],
  ['if-match', ''],
  ['if-modified-since', ''],
  ['if-none-match', ''],
  ['if-range', ''],
  ['if-unmodified-since', ''],
  ['last-modified', ''],
  ['link', ''],
  ['location', ''],
  ['max-forwards', ''],
  ['proxy-authenticate', ''],
  ['proxy-authorization', ''],
  ['range', ''],
  ['referer', ''],
  ['refresh', ''],
  ['retry-after', ''],
  ['server', ''],
  ['set-cookie', ''],
  ['strict-transport-security', ''],
  ['transfer-encoding', ''],
  ['user-agent', ''],
  ['vary', ''],
  ['via', ''],
  ['www-authenticate', ''],
];

/** Entries of the static table; the dynamic table's newest entry has the index after it. */
export const STATIC_COUNT = staticFields.length;

const indexOfName = new Map<string, number>();
const indexOfField = new Map<string, number>();
staticFields.forEach(([name, value], i) => {
  if (!indexOfName.has(name)) indexOfName.set(name, i + 1);
  indexOfField.set(`${name}\0${value}`, i + 1);
});

/** The lowest static index with this name, or 0. */
export function staticNameIndex(name: string): number {
  return indexOfName.get(name) ?? 0;
}

/** The static index of exactly this field, or 0. */
export function staticFieldIndex(name: string, value: string): number {
  return indexOfField.get(`${name}\0${value}`) ?? 0;
}
