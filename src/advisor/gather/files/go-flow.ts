import type { SourceValue } from './artifact.js';
import type { Sited } from './place.js';

/** Types that are followed from where they are made to what sets their fields, and the fields that rules ask for. */
export const followed: Readonly<Record<string, ReadonlySet<string>>> = {
  'http.Server': new Set([
    'ReadTimeout',
    'ReadHeaderTimeout',
    'IdleTimeout',
    'WriteTimeout',
    'MaxHeaderBytes',
  ]),
  'http.Transport': new Set(['MaxIdleConnsPerHost', 'DisableKeepAlives']),
  'http.Client': new Set(['Transport']),
  'httputil.ReverseProxy': new Set(['Transport']),
};

/** A function that is called: by its name, its package's, or as a method of something. */
export interface Callee extends Sited<string> {
  readonly chain: readonly string[];
  /** The import that the chain begins with; null: a function of the package, a method, or a variable. */
  readonly path: string | null;
  /** The function around the call, by whose names it may be meant. */
  readonly scope: string;
}

/** A variable, a field, a function's result, or what is made at a token. */
export type Spot = { readonly node: string } | { readonly call: Callee; readonly index: number };

/** A value goes from one spot to another; a call as `to` is its argument, as `from` its result. */
export interface Move {
  readonly from: Spot;
  readonly to: Spot;
}

export interface FlowFunction {
  readonly id: string;
  readonly name: string | null;
  /** Of a literal, the function around it. */
  readonly scope: string | null;
  readonly method: boolean;
  /** The variables of its parameters that are of a followed type; null: of another. */
  readonly params: readonly (string | null)[];
}

/** `x.IdleTimeout = …`: by the variable or field before the last dot. */
export interface FieldSet {
  readonly node: string;
  readonly field: string;
  readonly value: SourceValue;
  /** Of what is before the dot; null: it is not written where it can be seen. */
  readonly type: string | null;
  /** What is before the dot, as it is written. */
  readonly of: string;
}

/** What a file does with servers, transports and clients: the parts of one graph over all files. */
export interface GoFlow {
  readonly functions: readonly FlowFunction[];
  readonly moves: readonly Move[];
  readonly sets: readonly FieldSet[];
  /** Fields of the structs that it declares, by the struct: the type where it is followed; null: it is another. */
  readonly structs: Readonly<Record<string, Readonly<Record<string, string | null>>>>;
}

export function resultNode(id: string, index: number): string {
  return `r:${id}#${index}`;
}

/** @param owner the struct; null: nobody knows which */
export function fieldNode(folder: string, owner: string | null, name: string): string {
  return `f:${folder}#${owner ?? '?'}#${name}`;
}

/** What stands for all that a struct embeds. */
export function embeddedNode(folder: string, owner: string): string {
  return `e:${folder}#${owner}`;
}
