/** The least texts of files that say one thing each. */
export const go = (version: string, more = '') => `module example.com/app\ngo ${version}\n${more}`;
export const pod = (limits: string, env = '[]', image = 'app', more = '') =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: app }\nspec: { containers: [ { name: app, image: "${image}", env: ${env}, resources: { limits: ${limits} } ${more} } ] }`;
export const variable = (name: string, value: string) => `[ { name: ${name}, value: "${value}" } ]`;
export const main = 'package main\nimport "net/http"\n';
export const serve = (fields: string) => `${main}import "time"\nvar s = http.Server{${fields}}\n`;
export const nginx = (upstream: string, location: string) =>
  `events {}\nhttp { upstream a { server b:80; ${upstream} } server { location / { proxy_pass http://a; ${location} } } }`;
/** @param http settings for all of it @param own those of a server that serves files */
export const site = (http: string, own = '', listen = '80') =>
  `events {}\nhttp { ${http} server { listen ${listen}; ${own} root /srv; } }`;
export const fixed = 'proxy_http_version 1.1; proxy_set_header Connection "";';
export const alb = (seconds: number) =>
  `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i, annotations: { alb.ingress.kubernetes.io/load-balancer-attributes: idle_timeout.timeout_seconds=${seconds} } }\nspec: { ingressClassName: alb }`;
export const node = (more: string) =>
  `import http from 'node:http';\nconst server = http.createServer();\n${more}`;
export const engines = (version: string) => `{ "name": "app", "engines": { "node": "${version}" } }`;
export const envoy = (streams: string) =>
  `static_resources:\n  listeners:\n    - name: l\n      filter_chains:\n        - filters:\n            - name: envoy.filters.network.http_connection_manager\n              typed_config: { stat_prefix: x${streams} }\n`;
export const cluster = (common: string) =>
  `static_resources:\n  clusters:\n    - { name: c, common_http_protocol_options: { ${common} } }\n`;
export const grpc = (body: string) =>
  `package main\nimport (\n"google.golang.org/grpc"\n"google.golang.org/grpc/keepalive"\n"time"\n)\nfunc main() {\n${body}\n}\n`;
export const service = (more: string) =>
  `apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { selector: { app: a }, ports: [ { name: grpc, port: 80 } ]${more} }`;
export const deployment = (replicas: number, more = '') =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a }\nspec: { replicas: ${replicas}, template: { metadata: { labels: { app: a }${more} }, spec: { containers: [ { name: a, image: a } ] } } }`;

/** By rule: what a text says, the files, and the outcomes in their order; none: not applicable. */
export type Rows = Readonly<
  Record<string, readonly (readonly [string, Readonly<Record<string, string>>, readonly string[]])[]>
>;
export const NONE: readonly string[] = [];
