/** A fix as it is shown: tabs of Go code as spaces, as an escaped `\t` could not be pasted. */
export function fixText(fix: string): string {
  return fix.replaceAll('\t', '    ');
}
