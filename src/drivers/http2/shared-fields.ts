import { encodeStateless, FieldTable, type FixedField, type TemplateField } from '../../wire/hpack/index.js';

/** A field that the static table has whole is one byte already. */
const INDEX_BYTES = 1;

/**
 * The fixed fields that all operations of a driver have in common. They are known once the first request is
 * rendered: what is prepared after that uses those that it has.
 */
export class SharedFields {
  #shared: readonly FixedField[] | null = null;
  #table: FieldTable | null = null;

  /** @param fields of one more operation */
  add(fields: readonly TemplateField[]): void {
    if (this.#table !== null) return;
    const fixed = fields.filter(isWorthIndexing).map(({ name, value }) => ({ name, value: value.join('') }));
    this.#shared =
      this.#shared?.filter((one) =>
        fixed.some(({ name, value }) => name === one.name && value === one.value),
      ) ?? withoutRepeats(fixed);
  }

  get table(): FieldTable {
    this.#table ??= new FieldTable(this.#shared ?? []);
    return this.#table;
  }
}

/** What is sensitive never enters a table (RFC 7541 §7.1.3). */
function isWorthIndexing({ name, value, sensitive }: TemplateField): boolean {
  if (sensitive === true || value.some((piece) => typeof piece !== 'string')) return false;
  return encodeStateless({ name, value: value.join('') }, false).length > INDEX_BYTES;
}

/** A field that stands twice in a request gets one entry, and a request that fills the table must have it once. */
function withoutRepeats(fields: readonly FixedField[]): FixedField[] {
  const times = new Map<string, number>();
  const keyOf = ({ name, value }: FixedField) => `${name}\0${value}`;
  for (const field of fields) times.set(keyOf(field), (times.get(keyOf(field)) ?? 0) + 1);
  return fields.filter((field) => times.get(keyOf(field)) === 1);
}
