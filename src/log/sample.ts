/** How a line of the common and combined log format begins. */
export const accessLogLine = /^\S+ .*\[[^\]]+\] "[A-Z]+ \S/;

/** Whether more than half of the lines of a sample pass: a log may hold a few lines that are none. */
export function mostOf<T>(items: readonly T[], test: (item: T) => boolean): boolean {
  return items.length > 0 && items.filter(test).length > items.length / 2;
}
