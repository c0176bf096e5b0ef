/** Where a datum was read. */
export interface Place {
  /** As it was named, or relative to the folder that was. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** A datum, and the line that says it. */
export interface Sited<T> extends Place {
  readonly value: T;
}

/** `deploy.yaml:12`, as compilers write it and editors open it. */
export function placeText({ file, line }: Place): string {
  return `${file}:${line}`;
}
