import { EOS, huffmanCodes } from './huffman-code.js';

/**
 * The decoder is a state machine that eats four bits a step. No code is shorter than five bits, so a step ends
 * at most one symbol. A state is a node inside the code's tree; 256 inner nodes, the root being 0.
 *
 * A transition is packed: bits 0–7 next state, 8–15 the symbol, 16 whether a symbol ended, 17 whether the
 * string may end here (§5.2: padding is the most significant bits of EOS, all ones, and shorter than a byte).
 */
const EMIT = 1 << 16;
const MAY_END = 1 << 17;
const FAILED = -1;
const transitions = buildTransitions();

/**
 * Decodes a Huffman-coded string.
 *
 * @param out at least `maxDecodedLength(to - from)` bytes
 * @returns the decoded length; −1 for padding that is too long or not all ones, or for the EOS symbol
 */
export function decodeHuffman(source: Uint8Array, from: number, to: number, out: Uint8Array): number {
  let state = MAY_END;
  let length = 0;
  for (let at = from; at < to; at++) {
    const byte = source[at] as number;
    state = transitions[((state & 0xff) << 4) | (byte >> 4)] as number;
    if (state === FAILED) return -1;
    if ((state & EMIT) !== 0) out[length++] = state >> 8;
    state = transitions[((state & 0xff) << 4) | (byte & 15)] as number;
    if (state === FAILED) return -1;
    if ((state & EMIT) !== 0) out[length++] = state >> 8;
  }
  return (state & MAY_END) === 0 ? -1 : length;
}

/** The most bytes that `length` bytes of Huffman code can hold. */
export function maxDecodedLength(length: number): number {
  return Math.floor((length * 8) / 5);
}

/** The length in bytes of `text` in Huffman code. `text` is a byte string. */
export function huffmanLength(text: string): number {
  let bits = 0;
  for (let i = 0; i < text.length; i++) bits += codeOf(text.charCodeAt(i)).bits;
  return Math.ceil(bits / 8);
}

/** `text`, a byte string, in Huffman code with its padding. */
export function encodeHuffman(text: string): string {
  let encoded = '';
  // Less than a byte stays pending, so with the longest code this is below 2^37: exact in a double.
  let pending = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const code = codeOf(text.charCodeAt(i));
    pending = pending * 2 ** code.bits + code.code;
    bits += code.bits;
    while (bits >= 8) {
      bits -= 8;
      const unit = 2 ** bits;
      const byte = Math.floor(pending / unit);
      encoded += String.fromCharCode(byte);
      pending -= byte * unit;
    }
  }
  if (bits === 0) return encoded;
  return encoded + String.fromCharCode((pending << (8 - bits)) | (0xff >> bits));
}

function codeOf(byte: number): { bits: number; code: number } {
  const code = byte < EOS ? huffmanCodes[byte] : undefined;
  if (code === undefined) throw new RangeError(`not a byte string: it holds the char ${byte}`);
  return code;
}

/** A node of the code's tree: a leaf holds a symbol, an inner node a number and two children. */
interface Node {
  symbol: number;
  state: number;
  depth: number;
  /** Whether the way here from the root is ones only. */
  ones: boolean;
  children: [Node | null, Node | null];
}

function buildTransitions(): Int32Array {
  const inner: Node[] = [];
  const makeNode = (depth: number, ones: boolean): Node => {
    return { symbol: -1, state: -1, depth, ones, children: [null, null] };
  };
  const root = makeNode(0, true);
  huffmanCodes.forEach(({ bits, code }, symbol) => {
    let node = root;
    for (let bit = bits - 1; bit >= 0; bit--) {
      const side = (code >> bit) & 1;
      node = node.children[side as 0 | 1] ??= makeNode(node.depth + 1, node.ones && side === 1);
    }
    node.symbol = symbol;
  });
  const number = (node: Node): void => {
    if (node.symbol >= 0) return;
    node.state = inner.length;
    inner.push(node);
    for (const child of node.children) if (child !== null) number(child);
  };
  number(root);

  const table = new Int32Array(inner.length * 16);
  for (const start of inner)
    for (let nibble = 0; nibble < 16; nibble++) table[start.state * 16 + nibble] = step(root, start, nibble);
  return table;
}

function step(root: Node, start: Node, nibble: number): number {
  let node = start;
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    const next = node.children[((nibble >> bit) & 1) as 0 | 1];
    // The code is complete: every inner node has both children.
    if (next === null || next.symbol === EOS) return FAILED;
    node = next;
    if (node.symbol >= 0) {
      emitted = EMIT | (node.symbol << 8);
      node = root;
    }
  }
  const mayEnd = node.ones && node.depth < 8 ? MAY_END : 0;
  return node.state | emitted | mayEnd;
}
