import { BlockCache, HpackDecoder, type HpackFault } from '../hpack/index.js';
import { HeadReader, type ResponseHead } from './response-head.js';

export interface HeadOptions {
  /** Whether heads carry all their fields, or only those with a place of their own. */
  readonly capture: boolean;
  /** SETTINGS_MAX_HEADER_LIST_SIZE: bound of a decoded header list, bytes. */
  readonly maxListSize: number;
}

/**
 * Reads header blocks for all sessions of a worker: by look-up when the block was seen before on any of them,
 * by their decoder when not.
 */
export class ResponseHeads {
  readonly maxListSize: number;
  /** Why `read` returned null: the decoder's state is lost. */
  fault: HpackFault | null = null;
  readonly #capture: boolean;
  readonly #cache = new BlockCache<HeadReader>();
  #spare: HeadReader;

  constructor(options: HeadOptions) {
    this.maxListSize = options.maxListSize;
    this.#capture = options.capture;
    this.#spare = new HeadReader(options.capture);
  }

  newDecoder(): HpackDecoder {
    return new HpackDecoder(this.maxListSize);
  }

  /** The head in `block[from, to)`, to be looked at before the next `read`; null when it can't be decoded. */
  read(decoder: HpackDecoder, block: Buffer, from: number, to: number): ResponseHead | null {
    // A size update that is due must be seen by the decoder, and no cached block holds one.
    if (!decoder.updateDue) {
      const known = this.#cache.find(block, from, to);
      if (known !== null) return known;
    }
    const head = this.#spare;
    head.reset();
    this.fault = decoder.decode(block, from, to, head);
    if (this.fault !== null) return null;
    if (decoder.tooLarge) head.fault = 'a header list above the size allowed';
    else if (decoder.stateless)
      this.#spare = this.#cache.keep(block, from, to, head) ?? new HeadReader(this.#capture);
    return head;
  }
}
