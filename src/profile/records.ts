/** A map of a YAML file. */
export type Named = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is Named {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
