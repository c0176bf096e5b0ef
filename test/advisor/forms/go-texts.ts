/** Parts of Go files. */

export const M = { 'go.mod': 'module github.com/acme/orders\n\ngo 1.25\n' };
export const f = (imports: readonly string[], body: string, pkg = 'main') =>
  `package ${pkg}\n\nimport (\n${imports.map((i) => `\t${i.includes(' ') || i.includes('"') ? i : `"${i}"`}`).join('\n')}\n)\n\n${body}\n`;
export const H = 'net/http';
export const T = 'time';
export const fn = (b: string) => `func main() {\n${b}\n}`;
export const full =
  'ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, WriteTimeout: 10 * time.Second';
