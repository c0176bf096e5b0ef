/** The object of a line of JSON; undefined for what is none. */
export function readObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What stands at a path; undefined where nothing does.
 * @param path names with dots between: `request.uri`; a name that holds the dots itself goes first
 */
export function valueAt(root: object | undefined, path: string): unknown {
  if (root === undefined) return undefined;
  let value: unknown = root;
  for (const name of Object.hasOwn(root, path) ? [path] : path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value;
}

/** The text of a scalar at a path; undefined where there is none. */
export function scalarAt(root: object | undefined, path: string): string | undefined {
  const value = valueAt(root, path);
  return ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}
