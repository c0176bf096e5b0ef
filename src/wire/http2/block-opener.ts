import { encodeSizeUpdate, type FieldTable, INITIAL_TABLE_SIZE } from '../hpack/index.js';

/** Counts the bytes that blocks got longer by than they were compiled. */
export interface Excess {
  bytes: number;
}

/**
 * What becomes of the header blocks of one connection before they are sent: the first one fills the peer's table,
 * those before that, and all of them where the table is too small, are written out. As soon as the table is filled,
 * and with nothing else to say, a block goes out as it was compiled.
 */
export class BlockOpener {
  /** Whether blocks go out as they are. */
  settled: boolean;
  readonly #table: FieldTable | null;
  readonly #excess: Excess;
  #filled = false;
  #tableSize = INITIAL_TABLE_SIZE;
  /** Opens the next block: a table that the peer wants smaller has to be made smaller in words, RFC 7541 §4.2. */
  #prefix = '';

  /** @param table the one that blocks are compiled with; null: they are without indexes */
  constructor(table: FieldTable | null, excess: Excess) {
    this.#table = table === null || table.size === 0 ? null : table;
    this.#excess = excess;
    this.settled = this.#table === null;
  }

  /** The peer's table is to be no larger than this, bytes. It never grows again. */
  limit(tableSize: number): void {
    if (tableSize >= this.#tableSize) return;
    const needed = this.#table?.size ?? 0;
    this.#tableSize = needed > 0 && needed <= tableSize ? tableSize : 0;
    this.#prefix = encodeSizeUpdate(this.#tableSize);
    this.settled = false;
  }

  /** The block as the peer has to read it next. Only while not `settled`. */
  open(block: string): string {
    const whole = this.#prefix + this.#written(block);
    this.#prefix = '';
    this.settled = this.#table === null || (this.#filled && this.#fits);
    this.#excess.bytes += whole.length - block.length;
    return whole;
  }

  get #fits(): boolean {
    return this.#table !== null && this.#table.size <= this.#tableSize;
  }

  #written(block: string): string {
    if (this.#table === null) return block;
    if (!this.#fits) return this.#table.literal(block);
    if (this.#filled) return block;
    const filling = this.#table.inserting(block);
    this.#filled = filling !== null;
    return filling ?? this.#table.literal(block);
  }
}
