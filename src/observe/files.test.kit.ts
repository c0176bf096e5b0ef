import type { SystemFiles } from './system-files.js';

/** A table in place of /proc, which a case may change as it goes. */
export function filesOf(table: Record<string, string>, links: Record<string, string> = {}): SystemFiles {
  const all = () => [...Object.keys(table), ...Object.keys(links)];
  return {
    read: (path) => table[path] ?? null,
    link: (path) => links[path] ?? null,
    list: (path) => {
      const names = new Set(
        all()
          .filter((each) => each.startsWith(`${path}/`))
          .map((each) => each.slice(path.length + 1).split('/')[0] ?? ''),
      );
      return names.size === 0 ? null : [...names];
    },
  };
}
