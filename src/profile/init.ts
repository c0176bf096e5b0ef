/** Where the JSON Schema of profiles is in this installation. */
export const schemaUrl = new URL('../../schema/profile.schema.json', import.meta.url);

export interface InitOptions {
  /** Path or URL of the JSON Schema, for editors. */
  readonly schema?: string;
}

/**
 * The commented profile that `zipfire init` writes: complete, runnable against `zipfire serve` as it is, and
 * with every part that a profile can have.
 */
export function initProfile(options: InitOptions = {}): string {
  const schema = options.schema ?? './node_modules/zipfire/schema/profile.schema.json';
  return `# yaml-language-server: $schema=${schema.replace(/[\r\n]/g, '')}
#
# A profile of zipfire: what to send, how much, for how long, and what must hold.
#   zipfire run <this file>                     as it is
#   zipfire run <this file> -R 5k/s -d 10s      flags go before the file
version: 1
name: hot-update

# http://, https://, h2c:// (HTTP/2 without TLS), or a unix socket: http+unix:///run/app.sock
# A grpc:// or grpcs:// target takes calls in place of requests: get: { call: kv.v1.KV/Get, data: { key: "{{user}}" } }
# \${NAME} and \${NAME:-default} take the environment's value; inside { } and [ ] write them in quotes.
target: \${TARGET:-http://127.0.0.1:8080}

# Where keys come from. The key of request k follows from the seed and k alone.
seed: 1
keys:
  # Key number r of 1,000,000 is drawn as often as 1/r^1.2: a few keys take most of the load.
  user: { zipf: { n: 1_000_000, alpha: 1.2 }, as: "user_{}" }
  # Others: uniform: { n: 1M }, or 50 hot keys that take 70% of the requests:
  # hot: { hotspot: { n: 1M, hot: 50, share: 0.7 }, as: "hot_{}" }

# What is sent, in shares of the weights. {{user}} is a key of \`user\`; {{uuid}}, {{hit}},
# {{randomInt 1 100}}, {{randomString 8}} and {{timestampUnixMilli}} are there too.
operations:
  read:
    weight: 99
    get: "/kv/{{user}}"
  write:
    weight: 1
    put: "/kv/{{user}}"
    # headers: { Authorization: "Bearer \${API_TOKEN}" }
    # A text, or one of { file: body.bin }, { random: 4KiB }, { json: { id: "{{user}}" } }
    body: { bytes: 32 }

load:
  connections: 64
  workers: auto
  # Requests per second, sent when they are due, whether or not the target keeps up (an open loop).
  # Without it, every connection sends again as soon as it has its response (a closed loop).
  # rate: 20k/s
  # arrivals: poisson
  timeout: 10s

phases:
  # Writes the most popular keys first, so that reads find something.
  prefill: { operation: write, keys: user, count: 10_000 }
  # Not measured.
  warmup: 2s
  measure: 10s
  # repeat: 3

# Exit code 3 when one does not hold. p50 … p99.99, mean, min, max of the response time, or of
# service.p99, lateness.p99; errors, timeouts, dropped, status(5xx); qps, ok, jitter(qps); burn(99.9%, 1h).
# One operation: read.p99
gates:
  - p99 < 380ms
  - errors < 0.1%
  # - qps >= 95% of rate
  # - p99 < 380ms in every 5s window
  # - abort when errors > 50% in a 5s window
`;
}
