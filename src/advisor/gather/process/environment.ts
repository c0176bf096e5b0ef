/** Names whose values tune a runtime; no other variable is kept, as any may be a secret. */
const KNOWN = [
  'GOMAXPROCS',
  'GOGC',
  'GOMEMLIMIT',
  'GODEBUG',
  'UV_THREADPOOL_SIZE',
  'WEB_CONCURRENCY',
  'MALLOC_ARENA_MAX',
] as const;
/** Flags of a runtime: those that tune it are kept, a `-Dpassword=…` is not. */
const FLAGS = ['NODE_OPTIONS', 'JAVA_TOOL_OPTIONS', 'JDK_JAVA_OPTIONS', 'JAVA_OPTS'] as const;
const TUNING_FLAG = /^(-X[\w:+=%.-]+|-XX:[\w+=%.-]+|--(max|stack|v8|uv|heap|gc|expose|optimize)[\w=-]*)$/;
const MOST_VALUE = 200;

/**
 * The environment that a process was started with (`/proc/PID/environ`), reduced to what rules look at. What a
 * program set later is not in it.
 */
export function readEnvironment(text: string | null): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {};
  for (const entry of (text ?? '').split('\0')) {
    const at = entry.indexOf('=');
    const name = entry.slice(0, Math.max(0, at));
    const value = entry.slice(at + 1);
    if ((KNOWN as readonly string[]).includes(name)) kept[name] = value.slice(0, MOST_VALUE);
    else if ((FLAGS as readonly string[]).includes(name))
      kept[name] = tuningFlags(value.split(/\s+/)).join(' ');
  }
  return kept;
}

/** Of a command line, the flags that tune a runtime. Everything else may be a secret. */
export function tuningFlags(words: readonly string[]): readonly string[] {
  return words.filter((word) => TUNING_FLAG.test(word)).map((word) => word.slice(0, MOST_VALUE));
}
