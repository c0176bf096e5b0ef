import type { Operation, Text } from '#zipfire/core/index.js';

/** What a test says about a request; a plain string has no holes. Byte strings, as in `Operation`. */
export interface RequestSpec {
  readonly method?: string | Text;
  readonly target?: string | Text;
  readonly headers?: readonly (readonly [name: string, value: string | Text])[];
  readonly body?: string | Text | null;
}

export function operation(spec: RequestSpec = {}): Operation {
  const { method = 'GET', target = '/', headers = [], body = null } = spec;
  return {
    name: 'test',
    method: text(method),
    target: text(target),
    headers: headers.map(([name, value]) => ({ name, value: text(value) })),
    body: body === null ? null : text(body),
  };
}

function text(value: string | Text): Text {
  return typeof value === 'string' ? [value] : value;
}
