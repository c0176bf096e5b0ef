import type { JsonNode, Program, Slot } from '../core/index.js';

/** Indices of the holes that a message is filled from. */
export function programHoles(program: Program): Set<number> {
  return new Set(program.flatMap((part) => (typeof part === 'string' ? [] : slotHoles(part))));
}

function slotHoles(slot: Slot): number[] {
  switch (slot.kind) {
    case 'value':
      return holesIn(slot.text);
    case 'length':
      return [...programHoles(slot.body)];
    case 'json':
    case 'dynamic':
      return nodeHoles(slot.json);
  }
}

function nodeHoles(node: JsonNode): number[] {
  switch (node.kind) {
    case 'literal':
    case 'number':
      return [];
    case 'string':
    case 'bare':
      return holesIn(node.text);
    case 'array':
      return node.items.flatMap(nodeHoles);
    case 'object':
      return node.members.flatMap(({ name, value }) => [...holesIn(name), ...nodeHoles(value)]);
  }
}

function holesIn(text: readonly (string | number)[]): number[] {
  return text.filter((part) => typeof part === 'number');
}
