import { integerBelow, uniform53 } from '../../core/index.js';
import { AliasTable } from '../alias-table.js';
import { defineDistribution } from '../distribution.js';

interface Zone {
  /** Ranks [first, first + size). */
  readonly first: number;
  readonly size: number;
  /** Share of the hits, in [0, 1]. */
  readonly share: number;
}

/**
 * The key space in zones, one after the other: zone i has keys[i] percent of the keys and hits[i] percent of
 * the hits, evenly within it. P(rank) = share of its zone / keys of its zone. Zones end at whole keys.
 *
 * fio's `random_distribution=zoned`. Valid: each list sums to 100; a zone that has hits has a key.
 */
export const zoned = defineDistribution({
  name: 'zoned',
  about: 'Zones of keys, each with its percentage of the hits',
  example: 'zoned:n=1e6,hits=60/30/10,keys=10/20/70',
  scattered: true,
  lists: {
    hits: { about: 'Percentage of the hits of each zone', required: true, maxLength: 1000 },
    keys: { about: 'Percentage of the keys of each zone', required: true, maxLength: 1000 },
  },
  problemOf: ({ n, hits, keys }) => {
    if (hits.length !== keys.length) {
      return `hits must have as many numbers as keys; they are ${hits.length} and ${keys.length}`;
    }
    for (const [name, list] of Object.entries({ hits, keys })) {
      const sum = sumOf(list);
      if (Math.abs(sum - 100) > 1e-6) return `${name} must sum to 100; they sum to ${sum}`;
    }
    const empty = zonesOf(n, hits, keys).findIndex(({ size, share }) => size === 0 && share > 0);
    if (empty === -1) return null;
    return `keys must leave a key to each zone that has hits; zone ${empty + 1} is ${keys[empty]} % of ${n} keys`;
  },
  bind: ({ n, hits, keys }) => {
    const zones = zonesOf(n, hits, keys);
    const byDensity = zones.toSorted((a, b) => densityOf(b) - densityOf(a));
    return {
      ranks: (seed, stream) => {
        const table = new AliasTable(hits);
        return (hit) => {
          const { first, size } = zones[table.pick(uniform53(seed, stream, hit, 0))] as Zone;
          return first + integerBelow(size, seed, stream, hit, 1);
        };
      },
      pmf: () => (rank) => densityOf(zones.find(({ first, size }) => rank < first + size) as Zone),
      cdf: () => (end) =>
        zones.reduce(
          (sum, zone) => sum + densityOf(zone) * Math.min(zone.size, Math.max(0, end - zone.first)),
          0,
        ),
      rankAtPlace: (place) => {
        let left = place;
        for (const { first, size } of byDensity) {
          if (left < size) return first + left;
          left -= size;
        }
        throw new RangeError(`there is no place ${place} among ${n}`);
      },
    };
  },
});

function zonesOf(n: number, hits: readonly number[], keys: readonly number[]): Zone[] {
  const total = { hits: sumOf(hits), keys: sumOf(keys) };
  let percent = 0;
  let first = 0;
  return hits.map((hit, i) => {
    percent += keys[i] ?? 0;
    const end = i === hits.length - 1 ? n : Math.min(n, Math.round(n * (percent / total.keys)));
    const zone = { first, size: end - first, share: hit / total.hits };
    first = end;
    return zone;
  });
}

function densityOf({ size, share }: Zone): number {
  return size === 0 ? 0 : share / size;
}

function sumOf(list: readonly number[]): number {
  return list.reduce((sum, value) => sum + value, 0);
}
