import { pathToFileURL } from 'node:url';
import { type Script, suggestion, usageError } from '../../core/index.js';
import { scriptFailure } from './failure.js';

const hooks = ['setup', 'request', 'response', 'teardown'] as const;

/**
 * Loads a script's module.
 * @throws ZipfireError `usage` when it cannot be, or exports something else than a script does
 */
export async function loadScript(file: string): Promise<Script> {
  const module = await importModule(file);
  // A module of CommonJS exports one object, which Node gives as `default`.
  const { default: whole, ...named } = module;
  const exported: Readonly<Record<string, unknown>> = isObject(whole) ? { ...whole, ...named } : named;
  const names = Object.keys(exported).filter((name) => name !== 'module.exports');
  for (const name of names) {
    if (name === 'target') {
      if (typeof exported[name] !== 'string') throw usageError(`${file}: target is not a text`);
      continue;
    }
    const isHook = hooks.some((hook) => hook === name);
    if (!isHook)
      throw usageError(`${file}: a script exports no ${name}`, suggestion(name, [...hooks, 'target']));
    if (typeof exported[name] !== 'function') throw usageError(`${file}: ${name} is not a function`);
  }
  if (!names.some((name) => name !== 'target'))
    throw usageError(`${file}: exports nothing`, `export one of ${hooks.join(', ')}`);
  return exported as Script; // each is a function; what it returns is checked when it does
}

async function importModule(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    throw scriptFailure(error, file, 'the top level');
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
