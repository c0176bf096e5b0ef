/**
 * Whether a name (of an environment variable, a header, a query parameter) says that its value is a secret:
 * `API_TOKEN`, `X-Api-Key`, `client_secret`. A lone KEY counts at the end only: `KEY_COUNT` is no secret, and
 * neither are KEYS.
 */
export function looksSecret(name: string): boolean {
  const secret =
    /token|secret|passw|passphrase|\bpwd\b|api[-_]?key|private|credential|signature|authorization|cookie|session/i;
  return secret.test(name) || /(^|[-_])(key|auth|pwd|pat)$/i.test(name);
}
