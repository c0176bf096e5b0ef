/** What templates of a gRPC call may say about its method; the values come with the schema. */
export const methodNames = [
  'fullyQualifiedName',
  'methodName',
  'serviceName',
  'inputName',
  'outputName',
  'isClientStreaming',
  'isServerStreaming',
] as const;

export type MethodName = (typeof methodNames)[number];

/** A name as ghz spells it, which is understood too: `.MethodName`. */
export function dottedName(name: string): string {
  return `.${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

const spellings: ReadonlySet<string> = new Set(methodNames.flatMap((name) => [name, dottedName(name)]));

export function isMethodName(name: string): boolean {
  return spellings.has(name);
}
