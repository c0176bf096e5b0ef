import { usageError } from '../../core/index.js';
import { type Node, parsePattern } from './syntax.js';

/** One step of a program: what it does at a place in the text, and where it goes on. */
type Step =
  | { readonly kind: 'set'; readonly set: Uint8Array }
  | { readonly kind: 'start' | 'end' | 'match' }
  /** Goes on at `first`, and at `second` when that leads nowhere. */
  | { readonly kind: 'split'; first: number; second: number }
  | { readonly kind: 'jump'; to: number }
  | { readonly kind: 'save'; readonly slot: number };

/** Larger programs, by counts of counts, would take long for each byte. */
const MAX_STEPS = 2000;

/**
 * A regular expression for texts of strangers: it takes time in proportion to the text's length, whatever the text.
 * Each step of the program is tried at each place of the text once at most (the "bit-state" of RE2), as a second try
 * would end as the first did. What it finds is what a backtracking matcher finds first.
 */
export class Pattern {
  readonly #steps: readonly Step[];
  readonly #anchored: boolean;
  #tried = new Uint32Array(64);

  /** @throws ZipfireError `usage` */
  constructor(source: string) {
    const node = parsePattern(source);
    const steps: Step[] = [];
    compile(node, steps);
    steps.push({ kind: 'match' });
    this.#steps = steps;
    this.#anchored = steps[0]?.kind === 'start';
  }

  /** The first group of the first match, or the whole match; null: there is none. @param text a byte string */
  find(text: string): string | null {
    const words = Math.ceil((this.#steps.length * (text.length + 1)) / 32);
    if (words > this.#tried.length) this.#tried = new Uint32Array(words);
    else this.#tried.fill(0, 0, words);
    const last = this.#anchored ? 0 : text.length;
    for (let from = 0; from <= last; from++) {
      const found = this.#matchAt(text, from);
      if (found !== null) return found;
    }
    return null;
  }

  #matchAt(text: string, from: number): string | null {
    const steps = this.#steps;
    const width = text.length + 1;
    /** Where to go on when what is tried leads nowhere: [step, place], or [−1 − slot, what it held]. */
    const stack: number[] = [0, from];
    const saved = [-1, -1];
    while (stack.length > 0) {
      let at = stack.pop() as number;
      let step = stack.pop() as number;
      if (step < 0) {
        saved[-1 - step] = at;
        continue;
      }
      for (;;) {
        const bit = step * width + at;
        const mask = 1 << (bit & 31);
        if (((this.#tried[bit >>> 5] as number) & mask) !== 0) break;
        (this.#tried[bit >>> 5] as number) |= mask;
        const now = steps[step] as Step;
        if (now.kind === 'set') {
          if (at === text.length || now.set[text.charCodeAt(at)] !== 1) break;
          at++;
          step++;
        } else if (now.kind === 'split') {
          stack.push(now.second, at);
          step = now.first;
        } else if (now.kind === 'jump') {
          step = now.to;
        } else if (now.kind === 'save') {
          stack.push(-1 - now.slot, saved[now.slot] as number);
          saved[now.slot] = at;
          step++;
        } else if (now.kind === 'match') {
          const [start = -1, end = -1] = saved;
          return start < 0 || end < 0 ? text.slice(from, at) : text.slice(start, end);
        } else {
          if (at !== (now.kind === 'start' ? 0 : text.length)) break;
          step++;
        }
      }
    }
    return null;
  }
}

function compile(node: Node, steps: Step[]): void {
  if (steps.length > MAX_STEPS) throw usageError('the pattern is too large', 'use smaller counts');
  switch (node.kind) {
    case 'set':
    case 'start':
    case 'end':
      steps.push(node);
      return;
    case 'all':
      for (const each of node.of) compile(each, steps);
      return;
    case 'any':
      compileAny(node.of, steps);
      return;
    case 'repeat':
      compileRepeat(node, steps);
      return;
    case 'group':
      if (node.index === 1) steps.push({ kind: 'save', slot: 0 });
      compile(node.of, steps);
      if (node.index === 1) steps.push({ kind: 'save', slot: 1 });
  }
}

function compileAny(of: readonly Node[], steps: Step[]): void {
  const ends: { kind: 'jump'; to: number }[] = [];
  of.forEach((each, i) => {
    if (i === of.length - 1) {
      compile(each, steps);
      return;
    }
    const split = { kind: 'split' as const, first: steps.length + 1, second: 0 };
    steps.push(split);
    compile(each, steps);
    const end = { kind: 'jump' as const, to: 0 };
    ends.push(end);
    steps.push(end);
    split.second = steps.length;
  });
  for (const end of ends) end.to = steps.length;
}

function compileRepeat({ of, min, max, lazy }: Extract<Node, { kind: 'repeat' }>, steps: Step[]): void {
  for (let i = 0; i < min; i++) compile(of, steps);
  const branch = () => {
    const split = { kind: 'split' as const, first: 0, second: 0 };
    steps.push(split);
    return split;
  };
  const aim = (split: { first: number; second: number }, into: number, past: number) => {
    split.first = lazy ? past : into;
    split.second = lazy ? into : past;
  };
  if (max === Number.POSITIVE_INFINITY) {
    const split = branch();
    const into = steps.length;
    compile(of, steps);
    steps.push({ kind: 'jump', to: into - 1 });
    aim(split, into, steps.length);
    return;
  }
  const splits = [];
  for (let i = min; i < max; i++) {
    const split = branch();
    splits.push({ split, into: steps.length });
    compile(of, steps);
  }
  for (const { split, into } of splits) aim(split, into, steps.length);
}
