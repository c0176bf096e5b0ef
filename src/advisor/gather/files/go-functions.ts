import { closing, parts, type Token } from './tokens.js';

/** What a type is called: `http.Server` by the import, or a name of the package. */
export type TypeOf = (tokens: readonly Token[]) => string | null;

export interface Named {
  readonly name: string;
  readonly type: string | null;
}

/** A function or a method with a body; a literal is called as the variable that it is given to. */
export interface GoFunction {
  readonly name: string | null;
  readonly receiver: Named | null;
  readonly params: readonly Named[];
  readonly literal: boolean;
  /** The bracket before its parameters. */
  readonly open: number;
  /** Tokens of the body, its braces too. */
  readonly body: readonly [number, number];
}

/** Every function of a file, those within others too, in the order in which they begin. */
export function signaturesOf(tokens: readonly Token[], typeOf: TypeOf): GoFunction[] {
  return tokens.flatMap((token, i) =>
    token.kind === 'word' && token.text === 'func' ? (functionAt(tokens, i, typeOf) ?? []) : [],
  );
}

function functionAt(tokens: readonly Token[], at: number, typeOf: TypeOf): GoFunction | null {
  let i = at + 1;
  let receiver: Named | null = null;
  let name: string | null = null;
  const declared = isDeclared(tokens, at);
  if (declared && tokens[i]?.text === '(') {
    const end = closing(tokens, i);
    receiver = namedIn(parts(tokens, i, end), typeOf)[0] ?? null;
    i = end;
  }
  if (tokens[i]?.kind === 'word' && tokens[i + 1]?.text !== '.') name = tokens[i++]?.text ?? null;
  else if (!declared) name = variableOf(tokens, at);
  if (tokens[i]?.text === '[') i = closing(tokens, i);
  if (tokens[i]?.text !== '(') return null;
  const end = closing(tokens, i);
  const params = namedIn(parts(tokens, i, end), typeOf);
  const start = bodyAfter(tokens, end);
  if (start === null) return null;
  return { name, receiver, params, literal: !declared, open: i, body: [start, closing(tokens, start)] };
}

/** Whether it is no literal: gofmt puts a declaration at the beginning of a line, behind nothing that goes on. */
function isDeclared(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return before === undefined || (before.line !== tokens[at]?.line && !/^(?:[(,:{]|:?=)$/.test(before.text));
}

/** The brace behind the results, which has to stand on their line; null: it is a type. */
function bodyAfter(tokens: readonly Token[], end: number): number | null {
  let line = tokens[end - 1]?.line;
  for (let i = end; i < tokens.length && tokens[i]?.line === line; ) {
    const text = tokens[i]?.text ?? '';
    if (text === '{') return i;
    if ((text === 'interface' || text === 'struct') && tokens[i + 1]?.text === '{')
      i = closing(tokens, i + 1);
    else if (text === '(' || text === '[') i = closing(tokens, i);
    else if (tokens[i]?.kind === 'word' || /^[*.<-]$/.test(text)) i++;
    else return null;
    line = tokens[i - 1]?.line;
  }
  return null;
}

/** `a, b *http.Server, rest ...string`: a name takes the type of the next that has one. */
function namedIn(list: readonly (readonly Token[])[], typeOf: TypeOf): Named[] {
  const named: Named[] = [];
  let type: string | null = null;
  for (const part of list.toReversed()) {
    const [name] = part;
    if (part.length > 1) type = typeOf(part.slice(1));
    // Without names there are types alone, which nothing in the body can mean.
    named.push({ name: name?.kind === 'word' ? name.text : '_', type });
  }
  return named.toReversed();
}

/** `setTimes := func(`, `apply: func(` */
function variableOf(tokens: readonly Token[], at: number): string | null {
  const sign = tokens[at - 1]?.text;
  const name = tokens[at - 2];
  return (sign === ':=' || sign === '=') && name?.kind === 'word' ? name.text : null;
}
