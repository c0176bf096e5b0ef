import { formatCount, type KeyShape } from '../../core/index.js';

/** A distribution with its values, as one reads it: `zipf n=1,000,000 alpha=1.2`. */
export function describeShape(shape: KeyShape): string {
  const params = Object.entries(shape.params).map(([name, value]) => ` ${name}=${shortNumber(value)}`);
  const lists = Object.entries(shape.lists ?? {}).map(([name, list]) => ` ${name}=${shortList(list)}`);
  const parts = (shape.parts ?? []).map(({ weight, ...part }) => {
    const share = (shape.parts ?? []).length > 1 ? `${shortNumber(weight)} × ` : '';
    return (
      share +
      [
        part.distribution,
        ...Object.entries(part.params).map(([name, value]) => `${name}=${shortNumber(value)}`),
      ].join(' ')
    );
  });
  const of = parts.length > 0 ? ` of ${parts.join(' + ')}` : '';
  return `${shape.distribution} n=${formatCount(shape.n)}${params.join('')}${lists.join('')}${of}`;
}

export function shortNumber(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : String(Number(value.toPrecision(4)));
}

function shortList(list: readonly number[]): string {
  return list.length > 6 ? `(${formatCount(list.length)} numbers)` : list.map(shortNumber).join('/');
}
