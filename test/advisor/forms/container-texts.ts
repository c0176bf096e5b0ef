/** Parts of a Go service and of its deployment. */

export const gomod = (v: string, more = '') => `module github.com/acme/orders\n\ngo ${v}\n${more}`;
export const main = `package main\n\nimport (\n\t"net/http"\n\t"time"\n)\n\nfunc main() {\n\ts := &http.Server{Addr: ":8080", ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 120 * time.Second, WriteTimeout: 10 * time.Second}\n\t_ = s.ListenAndServe()\n}\n`;
export const dep = (c: string, o: { kind?: string; init?: string } = {}) => `apiVersion: apps/v1
kind: ${o.kind ?? 'Deployment'}
metadata:
  name: orders
  labels:
    app: orders
spec:
  replicas: 3
  selector:
    matchLabels: {app: orders}
  template:
    metadata:
      labels:
        app: orders
    spec:
      ${o.init ?? ''}
      containers:
${c}
`;
export const orders = (limits: string, env = '') => `        - name: orders
          image: ghcr.io/acme/orders:1.4.2
          ports:
            - containerPort: 8080
${env}          resources:
            requests:
              cpu: 250m
              memory: 256Mi
            limits:
${limits}`;
export const L = (cpu?: string, mem?: string) =>
  `${[
    cpu !== undefined ? `              cpu: ${cpu}` : null,
    mem !== undefined ? `              memory: ${mem}` : null,
  ]
    .filter(Boolean)
    .join('\n')}\n`;
export const env = (...pairs: readonly (readonly [string, string])[]) =>
  `          env:\n` +
  pairs.map(([n, v]) => `            - name: ${n}\n              value: ${JSON.stringify(v)}\n`).join('');
export const df = (img: string, fin = 'gcr.io/distroless/static-debian12') =>
  `FROM ${img} AS builder\nWORKDIR /src\nCOPY go.mod go.sum ./\nRUN go mod download\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /bin/orders ./cmd/orders\n\nFROM ${fin}\nCOPY --from=builder /bin/orders /orders\nUSER nonroot\nENTRYPOINT ["/orders"]\n`;
export const goset = { 'go.mod': gomod('1.25'), 'main.go': main };
