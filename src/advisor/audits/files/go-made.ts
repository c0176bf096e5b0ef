import { type Made, placeText, type SourceValue } from '../../gather/files/index.js';

/** The text of a value, with its place where that is not in the file of what has it. */
export function sited(value: SourceValue | undefined, { file }: Made): string | null {
  if (value === undefined) return null;
  return value.file === file ? value.text : `${value.text} (${placeText(value)})`;
}

/** Why nobody knows what else is set; null: all of it was seen. */
export function elsewhere({ elsewhere: place }: Made): string | null {
  if (place === undefined) return null;
  return `${placeText(place)} has ${place.value}, which may set more of it and is not seen through`;
}
