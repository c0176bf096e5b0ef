import { Lexer, LineCounter, Parser, parseDocument } from 'yaml';
import { escapeText, usageError } from '../core/index.js';
import { Places } from './places.js';
import { type Part, type Path, type Place, Problems } from './problems.js';
import { noReferences, type References } from './references.js';
import { MAX_DEPTH, YamlReader } from './yaml-reader.js';

/** Bounds what a hostile file may cost: a second or two. */
const MAX_TOKENS = 200_000;

/** A YAML file as plain data with the environment filled in, and where each part of it stood. */
export interface YamlFile {
  /** Maps as objects, lists as arrays, scalars; undefined when it could not be read. */
  readonly value: unknown;
  /** What is wrong with it as YAML. */
  readonly problems: Problems;
  /** The line and column of a path. */
  readonly locate: (path: Path, part: Part) => Place;
  /** Values that came from environment variables whose names look secret. */
  readonly secrets: readonly string[];
}

/**
 * Reads YAML 1.2 (core schema). Anchors and aliases are followed; the values they expand to are counted, so
 * that a small file cannot become a large one.
 *
 * @param name of the file, for messages
 * @param references what `${matrix.NAME}` stands for; absent: nothing, in files that have no matrix
 */
export function readYaml(
  text: string,
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  references: References = noReferences,
): YamlFile {
  const lines = new LineCounter();
  const places = new Places(name, lines);
  const locate = (path: Path, part: Part) => places.locate(path, part);
  const problems = new Problems(locate);
  const secrets: string[] = [];
  if (problems.attempt([], () => checkSize(text)) === undefined) {
    return { value: undefined, problems, locate, secrets };
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    uniqueKeys: false, // its check takes quadratic time; YamlReader has its own
  });
  for (const fault of [...document.errors, ...document.warnings]) {
    places.pointAt(fault.pos[0]);
    const multiple = fault.code === 'MULTIPLE_DOCS';
    const message = multiple ? 'a profile is one document' : `not YAML: ${escapeText(fault.message)}`;
    problems.add([], message, quoteHint(text, fault.pos[0]));
    // One slip makes several faults, and the later ones are about what the first one left.
    if (document.errors.length > 0) return { value: undefined, problems, locate, secrets };
  }
  places.pointAt(0);
  const reader = new YamlReader(document, env, places, problems, secrets, references);
  const value = problems.attempt([], () => reader.read(document.contents, [], 0));
  return { value, problems, locate, secrets };
}

/** Goes through the file without building a tree: the tree's builder is recursive, and a deep file would end it. */
function checkSize(text: string): true {
  const parser = new Parser();
  let tokens = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const _ of parser.next(lexeme)); // driven for its stack
    if (parser.stack.length > 2 * MAX_DEPTH) throw usageError(`nested deeper than ${MAX_DEPTH} levels`);
    if (++tokens > MAX_TOKENS) throw usageError(`a file of more than ${MAX_TOKENS} words is no profile`);
  }
  return true;
}

/** `{ rate: ${RATE} }`: inside flow brackets the braces of a variable are YAML's. */
function quoteHint(text: string, offset: number): string | undefined {
  const lineStart = text.lastIndexOf('\n', Math.max(0, offset - 1)) + 1;
  const lineEnd = text.indexOf('\n', offset);
  const line = text.slice(lineStart, lineEnd < 0 ? undefined : lineEnd);
  const unquoted = /[{[,].*(?<!["'$])\$\{/.test(line);
  return unquoted ? `inside { } and [ ], write variables in quotes: "\${NAME}"` : undefined;
}
