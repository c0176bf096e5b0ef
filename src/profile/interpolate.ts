import { escapeText, usageError } from '../core/index.js';
import { noReferences } from './references.js';
import { isSecretVariable } from './secret-names.js';

/**
 * What may stand at a `$`:
 *
 * ```
 * "$${"                          a literal "${"
 * "${" name "}"                  the variable, which must be set
 * "${" name ":-" default "}"     the variable, or the default when it is unset or empty
 * "${matrix." name "}"           the value that an axis of the matrix has in the cell
 * ```
 *
 * A default may hold templates: `${PATH:-/kv/{{user}}}` ends at the third brace.
 */
const hole =
  /\$\$\{|\$\{matrix\.([A-Za-z_][\w-]*)\}|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:-)((?:\{\{[^{}]*\}\}|[^}])*))?\}|\$\{/g;

export interface Interpolated {
  readonly text: string;
  /** Values that came from variables whose names look secret. */
  readonly secrets: readonly string[];
}

/**
 * Fills environment variables into a text. What comes from the environment is text and stays text: it is
 * neither interpolated again nor read as YAML.
 *
 * @param axisText what an axis of the matrix stands for
 * @throws ZipfireError `usage` for a variable that is not set, and for a `${` that is not closed
 */
export function interpolate(
  text: string,
  env: Readonly<Record<string, string | undefined>>,
  axisText: (name: string) => string = (name) => noReferences.textOf(name, []),
): Interpolated {
  const secrets: string[] = [];
  const filled = text.replace(
    hole,
    (match: string, axis?: string, name?: string, hasDefault?: string, fallback?: string) => {
      if (match === '$${') return '${';
      if (axis !== undefined) return axisText(axis);
      if (name === undefined) throw malformed(text);
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      if (value !== undefined && value !== '') {
        if (isSecretVariable(name)) secrets.push(value);
        return value;
      }
      if (hasDefault !== undefined) return fallback ?? '';
      if (value === '') return '';
      throw usageError(
        `the environment variable ${name} is not set`,
        `set it, or give a default: \${${name}:-value}`,
      );
    },
  );
  return { text: filled, secrets };
}

function malformed(text: string): Error {
  return usageError(
    `expected \${NAME} or \${NAME:-default}, read "${escapeText(text, { maxLength: 60 })}"`,
    'write $${ for a literal ${',
  );
}
