import { dottedName, type MethodName } from '../request/index.js';
import type { Method } from './schema/method.js';

/**
 * What templates may say about the method that is called, by name. The same for every hit.
 * ghz's spelling begins with a dot, and is understood too.
 */
export function methodValues(method: Method): Readonly<Record<string, string>> {
  const values: Readonly<Record<MethodName, string>> = {
    fullyQualifiedName: method.fullName,
    methodName: method.name,
    serviceName: lastPart(method.service),
    inputName: method.input.name,
    outputName: method.output.name,
    isClientStreaming: String(method.clientStreaming),
    isServerStreaming: String(method.serverStreaming),
  };
  const ofGhz = Object.entries(values).map(([name, value]) => [dottedName(name), value]);
  return { ...values, ...Object.fromEntries(ofGhz) };
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}
