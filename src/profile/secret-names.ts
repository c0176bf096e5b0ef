/**
 * Whether a name (of an environment variable, a header, a query parameter) says that its value is a secret:
 * `API_TOKEN`, `X-Api-Key`, `client_secret`. A lone KEY counts at the end only: `KEY_COUNT` is no secret, and
 * neither are KEYS. `sig` is the signature of a URL that anyone may use (of Azure's storage).
 */
export function looksSecret(name: string): boolean {
  const secret =
    /token|secret|passw|passphrase|\bpwd\b|api[-_]?key|private|credential|signature|assertion|authorization|cookie|session|\bjwt\b/i;
  return (
    secret.test(name) || /(^|[-_])(key|auth|pwd|pat|sig)$/i.test(name) || /[a-z](?:Key|Auth|Pwd)$/.test(name)
  );
}

/** Folders that a shell is and was in. They stand in the place of every error. */
const FOLDERS: ReadonlySet<string> = new Set(['PWD', 'OLDPWD']);

/** The same of an environment variable, in which the lone PWD is no password. */
export function isSecretVariable(name: string): boolean {
  return looksSecret(name) && !FOLDERS.has(name);
}
