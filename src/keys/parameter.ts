/** A parameter of a distribution: how a user names it, and what it may be. */
export type ParameterDefinition = NumberDefinition | ListDefinition | PartsDefinition;

interface Named {
  readonly name: string;
  /** A few words, without a full stop. */
  readonly about: string;
  readonly required: boolean;
}

export interface NumberDefinition extends Named {
  readonly kind: 'number';
  readonly integer: boolean;
  readonly low: number;
  /** `low` itself is out of range. */
  readonly lowOpen?: boolean;
  /** A number, infinity (which is never in range), or `n`: the number of keys. */
  readonly high: number | 'n';
  readonly highOpen?: boolean;
  /** What it is when it is not given; stands where `required` is false, unless the distribution does without. */
  readonly default?: number | 'n';
}

/** A list of finite numbers ≥ 0. */
export interface ListDefinition extends Named {
  readonly kind: 'list';
  readonly maxLength: number;
}

/** Other distributions that this one is made of. */
export interface PartsDefinition extends Named {
  readonly kind: 'parts';
  /** A list of distributions, each with a weight; else it is a single one. */
  readonly weighted: boolean;
}

/** What is valid, in words: `an integer in [1, n)`, `a finite number ≥ 0`. */
export function rangeOf(definition: NumberDefinition): string {
  const { low, high, lowOpen = false, highOpen = false } = definition;
  const kind = definition.integer ? 'an integer' : 'a number';
  if (high === Number.POSITIVE_INFINITY) {
    return `${definition.integer ? kind : 'a finite number'} ${lowOpen ? '>' : '≥'} ${low}`;
  }
  const upper = high === Number.MAX_SAFE_INTEGER ? '2^53 − 1' : `${high}`;
  return `${kind} in ${lowOpen ? '(' : '['}${low}, ${upper}${highOpen ? ')' : ']'}`;
}

/** @param n what `n` stands for in the range */
export function isInRange(definition: NumberDefinition, value: number, n: number): boolean {
  const { low, lowOpen = false, highOpen = false } = definition;
  const high = definition.high === 'n' ? n : definition.high;
  if (!Number.isFinite(value) || (definition.integer && !Number.isInteger(value))) return false;
  return (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);
}
