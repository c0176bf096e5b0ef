/**
 * What templates cannot say: each write carries a signature of its path and its body, as services with an HMAC
 * ask for, and a 409 is an answer like any other. See docs/script.md.
 *
 *   zipfire http://127.0.0.1:8080/kv/a --keys 'user=zipf:n=1e6,alpha=1.2:as=user_{}' --script examples/script.mjs
 *
 * @import { Script } from 'zipfire'
 */
import { createHmac } from 'node:crypto';

let secret = 'not set up';

/** @type {Script['setup']} */
export async function setup({ seed }) {
  // A login would be here; the run waits for it.
  secret = `secret of seed ${seed}`;
}

/** @type {Script['request']} */
export function request({ key, random }, hit) {
  const path = `/kv/${key('user', hit)}`;
  // Nine of ten read.
  if (random(hit) < 0.9) return { path };
  const body = JSON.stringify({ amount: Math.floor(random(hit, 1) * 1000) });
  const signature = createHmac('sha256', secret).update(path).update(body).digest('hex');
  return {
    method: 'PUT',
    path,
    headers: { 'Content-Type': 'application/json', 'X-Signature': signature },
    body,
  };
}

/** @type {Script['response']} */
export function response(_context, { status }) {
  return status === 409 ? 'ok' : undefined;
}
