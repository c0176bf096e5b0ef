/** gRPC (G01, G02, H201) in the forms in which people write and deploy it. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells, compose and nginx
import { describe } from 'node:test';
import { check } from './forms.js';
import { f, fn, full, H, M, T } from './go-texts.js';

describe('gRPC', () => {
  // G01 G02
  const G = 'google.golang.org/grpc',
    K = 'google.golang.org/grpc/keepalive';
  const g01: Readonly<Record<'def' | 'pol' | 'without', readonly [string, string]>> = {
    def: [
      `func srv() {\n\ts := grpc.NewServer()\n\ts.Serve(l)\n}`,
      `func cli() {\n\tgrpc.NewClient("x", grpc.WithKeepaliveParams(keepalive.ClientParameters{\n\t\tTime: 30 * time.Second,\n\t\tTimeout: 10 * time.Second,\n\t}))\n}`,
    ],
    pol: [
      `var kaep = keepalive.EnforcementPolicy{\n\tMinTime: time.Minute,\n\tPermitWithoutStream: true,\n}\nfunc srv() {\n\ts := grpc.NewServer(grpc.KeepaliveEnforcementPolicy(kaep))\n\ts.Serve(l)\n}`,
      `var kacp = keepalive.ClientParameters{\n\tTime: 10 * time.Second,\n\tTimeout: time.Second,\n\tPermitWithoutStream: true,\n}\nfunc cli() {\n\tgrpc.Dial("x", grpc.WithKeepaliveParams(kacp))\n}`,
    ],
    without: [
      `func srv() {\n\ts := grpc.NewServer(grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5 * time.Second}))\n\ts.Serve(l)\n}`,
      `func cli() {\n\tgrpc.Dial("x", grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10*time.Second, PermitWithoutStream: true}))\n}`,
    ],
  };
  for (const [k, [s, c]] of Object.entries(g01)) {
    check(`G01 ${k} one file`, { ...M, 'main.go': f([G, K, T], `${s}\n${c}`) }, ['G01']);
    check(
      `G01 ${k} two files`,
      { ...M, 'server/main.go': f([G, K, T], s), 'client/dial.go': f([G, K, T], c, 'client') },
      ['G01'],
    );
    check(
      `G01 ${k} two modules`,
      {
        'server/go.mod': 'module a/server\n\ngo 1.25\n',
        'client/go.mod': 'module a/client\n\ngo 1.25\n',
        'server/main.go': f([G, K, T], s),
        'client/dial.go': f([G, K, T], c, 'client'),
      },
      ['G01'],
    );
  }
  check(
    `G01 var params`,
    {
      ...M,
      'main.go': f(
        [G, K, T],
        `const every = 20 * time.Second\nfunc srv() {\n\ts := grpc.NewServer()\n\ts.Serve(l)\n}\nfunc cli() {\n\tkp := keepalive.ClientParameters{Time: every}\n\tgrpc.Dial("x", grpc.WithKeepaliveParams(kp))\n}`,
      ),
    },
    ['G01'],
  );
  check(
    `G01 mended`,
    {
      ...M,
      'main.go': f([G, K, T], `${g01.pol[0].replace('time.Minute', '5 * time.Second')}\n${g01.pol[1]}`),
    },
    [],
  );
  check(
    `G01 mended long`,
    {
      ...M,
      'main.go': f([G, K, T], `${g01.def[0]}\n${g01.def[1].replace('30 * time.Second', '10 * time.Minute')}`),
    },
    [],
  );
  check(
    `G01 server in ServerOption slice`,
    {
      ...M,
      'main.go': f(
        [G, K, T],
        `func srv() {\n\topts := []grpc.ServerOption{\n\t\tgrpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: 5*time.Second, PermitWithoutStream: true}),\n\t}\n\ts := grpc.NewServer(opts...)\n\ts.Serve(l)\n}\n` +
          g01.pol[1],
      ),
    },
    [],
  );
  const svc = (more = '') => `apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector: {app: orders}
${more}  ports:
    - name: grpc
      port: 9090
`;
  const dep = (n: number, port = '') => `apiVersion: apps/v1
kind: Deployment
metadata: {name: orders}
spec:
  replicas: ${n}
  selector: {matchLabels: {app: orders}}
  template:
    metadata: {labels: {app: orders}}
    spec:
      containers:
        - name: orders
          image: orders:1
${port}`;
  const gs = f([G], fn('\ts := grpc.NewServer()\n\ts.Serve(l)'));
  check('G02 basic', { ...M, 'main.go': gs, 'k.yaml': `${svc()}---\n${dep(3)}` }, ['G02']);
  check('G02 no source', { 'k.yaml': `${svc()}---\n${dep(3)}` }, ['G02']);
  check(
    'G02 port name grpc-api',
    { ...M, 'main.go': gs, 'k.yaml': `${svc().replace('name: grpc', 'name: grpc-api')}---\n${dep(3)}` },
    ['G02'],
  );
  check(
    'G02 port name api-grpc',
    { ...M, 'main.go': gs, 'k.yaml': `${svc().replace('name: grpc', 'name: api-grpc')}---\n${dep(3)}` },
    ['G02'],
  );
  check(
    'G02 appProtocol',
    {
      ...M,
      'main.go': gs,
      'k.yaml': `${svc().replace('name: grpc', 'name: api\n      appProtocol: kubernetes.io/h2c')}---\n${dep(3)}`,
    },
    ['G02'],
  );
  check(
    'G02 unnamed port but grpc server',
    { ...M, 'main.go': gs, 'k.yaml': `${svc().replace('name: grpc\n      port', 'port')}---\n${dep(3)}` },
    ['G02'],
  );
  check(
    'G02 containerPort named grpc',
    {
      'main.go': gs,
      ...M,
      'k.yaml':
        svc().replace('name: grpc\n      port: 9090', 'port: 9090\n      targetPort: grpc') +
        '---\n' +
        dep(3, '          ports: [{name: grpc, containerPort: 9090}]\n'),
    },
    ['G02'],
  );
  check(
    'G02 statefulset',
    { ...M, 'main.go': gs, 'k.yaml': `${svc()}---\n${dep(3).replace('Deployment', 'StatefulSet')}` },
    ['G02'],
  );
  check(
    'G02 hpa',
    {
      ...M,
      'main.go': gs,
      'k.yaml':
        svc() +
        '---\n' +
        dep(1).replace('  replicas: 1\n', '') +
        '---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: orders}\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: orders}\n  minReplicas: 2\n  maxReplicas: 10\n',
    },
    ['G02'],
  );
  check(
    'G02 hpa max',
    {
      ...M,
      'main.go': gs,
      'k.yaml':
        svc() +
        '---\n' +
        dep(1).replace('  replicas: 1\n', '') +
        '---\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: orders}\nspec:\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: orders}\n  maxReplicas: 10\n',
    },
    ['G02'],
  );
  check(
    'G02 namespace only on one',
    {
      ...M,
      'main.go': gs,
      'k.yaml': `${svc().replace('name: orders\n', 'name: orders\n  namespace: shop\n')}---\n${dep(3)}`,
    },
    ['G02'],
  );
  check(
    'G02 mended headless',
    { ...M, 'main.go': gs, 'k.yaml': `${svc('  clusterIP: None\n')}---\n${dep(3)}` },
    [],
  );
  check(
    'G02 mended age',
    {
      ...M,
      'main.go': f(
        [G, K, T],
        fn(
          '\ts := grpc.NewServer(grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionAge: 5 * time.Minute, MaxConnectionAgeGrace: 20 * time.Second}))\n\ts.Serve(l)',
        ),
      ),
      'k.yaml': `${svc()}---\n${dep(3)}`,
    },
    [],
  );
  check(
    'G02 age var later',
    {
      ...M,
      'main.go': f(
        [G, K, T],
        fn(
          '\tvar p keepalive.ServerParameters\n\tp.MaxConnectionAge = 5 * time.Minute\n\ts := grpc.NewServer(grpc.KeepaliveParams(p))\n\ts.Serve(l)',
        ),
      ),
      'k.yaml': `${svc()}---\n${dep(3)}`,
    },
    [],
  );
  check(
    'G02 params without age',
    {
      ...M,
      'main.go': f(
        [G, K, T],
        fn(
          '\ts := grpc.NewServer(grpc.KeepaliveParams(keepalive.ServerParameters{MaxConnectionIdle: 5 * time.Minute}))\n\ts.Serve(l)',
        ),
      ),
      'k.yaml': `${svc()}---\n${dep(3)}`,
    },
    ['G02'],
  );
  check('G02 one replica', { ...M, 'main.go': gs, 'k.yaml': `${svc()}---\n${dep(1)}` }, []);
  check(
    'G02 http service',
    {
      ...M,
      'main.go': f([H, T], fn(`\tsrv := &http.Server{Addr: ":8080", ${full}}\n\tsrv.ListenAndServe()`)),
      'k.yaml': `${svc().replace('name: grpc', 'name: http')}---\n${dep(3)}`,
    },
    [],
  );
  check(
    'G02 istio ns',
    {
      ...M,
      'main.go': gs,
      'k.yaml':
        'apiVersion: v1\nkind: Namespace\nmetadata: {name: default, labels: {istio-injection: enabled}}\n---\n' +
        svc() +
        '---\n' +
        dep(3),
    },
    [],
  );
  check(
    'H201 grpc',
    {
      ...M,
      'main.go': f([G], fn('\ts := grpc.NewServer(\n\t\tgrpc.MaxConcurrentStreams(10),\n\t)\n\ts.Serve(l)')),
    },
    ['H201'],
  );
  check(
    'H201 opts',
    {
      ...M,
      'main.go': f(
        [G],
        fn(
          '\topts := []grpc.ServerOption{grpc.MaxConcurrentStreams(1)}\n\ts := grpc.NewServer(opts...)\n\ts.Serve(l)',
        ),
      ),
    },
    ['H201'],
  );
  check(
    'H201 http.HTTP2Config',
    {
      ...M,
      'main.go': f(
        [H, T],
        fn(
          `\tsrv := &http.Server{Addr: ":8080", ${full}, HTTP2: &http.HTTP2Config{MaxConcurrentStreams: 8}}\n\tsrv.ListenAndServe()`,
        ),
      ),
    },
    ['H201'],
  );
  check(
    'H201 http2.Server',
    {
      ...M,
      'main.go': f(
        [H, T, 'golang.org/x/net/http2'],
        fn(
          `\th2 := &http2.Server{MaxConcurrentStreams: 8}\n\tsrv := &http.Server{Addr: ":8080", ${full}}\n\thttp2.ConfigureServer(srv, h2)\n\tsrv.ListenAndServe()`,
        ),
      ),
    },
    ['H201'],
  );
});
