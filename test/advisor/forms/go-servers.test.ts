/** Servers of Go (KA05, KA12) in the forms in which people write them, and what is no fault beside them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells, compose and nginx
import { describe } from 'node:test';
import { check } from './forms.js';
import { f, fn, full, H, M, T } from './go-texts.js';

describe('servers of Go', () => {
  // KA05
  const ka05 = {
    literal: fn(
      '\tsrv := &http.Server{\n\t\tAddr: ":8080",\n\t\tReadTimeout: 5 * time.Second,\n\t\tWriteTimeout: 10 * time.Second,\n\t}\n\tsrv.ListenAndServe()',
    ),
    later: fn(
      '\tvar srv http.Server\n\tsrv.Addr = ":8080"\n\tsrv.ReadTimeout = 5 * time.Second\n\tsrv.ListenAndServe()',
    ),
    assigned: fn(
      '\tsrv := &http.Server{Addr: ":8080"}\n\tsrv.ReadTimeout = 5 * time.Second\n\tsrv.ListenAndServe()',
    ),
    newsrv: fn(
      '\tsrv := new(http.Server)\n\tsrv.Addr = ":8080"\n\tsrv.ReadTimeout = 5 * time.Second\n\tsrv.ListenAndServe()',
    ),
    consts:
      'const readTimeout = 5 * time.Second\n\n' +
      fn('\tsrv := &http.Server{Addr: ":8080", ReadTimeout: readTimeout}\n\tsrv.ListenAndServe()'),
    vars:
      'var (\n\treadTimeout = 5 * time.Second\n\tother = 3\n)\n\n' +
      fn('\tsrv := &http.Server{Addr: ":8080", ReadTimeout: readTimeout}\n\tsrv.ListenAndServe()'),
    config:
      'type C struct { Read time.Duration }\nfunc run(cfg C) error {\n\tsrv := &http.Server{Addr: ":8080", ReadTimeout: cfg.Read}\n\treturn srv.ListenAndServe()\n}',
    structfield:
      'type App struct { srv *http.Server }\nfunc New() *App {\n\treturn &App{srv: &http.Server{Addr: ":1", ReadTimeout: time.Second * 5}}\n}',
    returned:
      'func New(h http.Handler) *http.Server {\n\treturn &http.Server{\n\t\tAddr: ":1",\n\t\tHandler: h,\n\t\tReadTimeout: 5 * time.Second,\n\t}\n}',
    field:
      'type App struct { srv *http.Server }\nfunc (a *App) Start() {\n\ta.srv = &http.Server{Addr: ":1"}\n\ta.srv.ReadTimeout = time.Second\n\ta.srv.ListenAndServe()\n}',
  };
  for (const [k, b] of Object.entries(ka05)) check(`KA05 ${k}`, { ...M, 'main.go': f([H, T], b) }, ['KA05']);
  for (const [k, b] of Object.entries(ka05)) {
    if (k === 'later' || k === 'newsrv' || k === 'assigned' || k === 'field') continue;
    check(
      `KA05 mended ${k}`,
      {
        ...M,
        'main.go': f([H, T], b.replace(/ReadTimeout:/, 'IdleTimeout: 90 * time.Second, ReadTimeout:')),
      },
      [],
    );
  }
  check(
    `KA05 mended later`,
    {
      ...M,
      'main.go': f(
        [H, T],
        ka05.later.replace('srv.ReadTimeout', 'srv.IdleTimeout = time.Minute\n\tsrv.ReadTimeout'),
      ),
    },
    [],
  );
  check(
    `KA05 mended newsrv`,
    {
      ...M,
      'main.go': f(
        [H, T],
        ka05.newsrv.replace('srv.ReadTimeout', 'srv.IdleTimeout = time.Minute\n\tsrv.ReadTimeout'),
      ),
    },
    [],
  );
  check(
    `KA05 mended field`,
    {
      ...M,
      'main.go': f(
        [H, T],
        ka05.field.replace('a.srv.ReadTimeout', 'a.srv.IdleTimeout = time.Minute\n\ta.srv.ReadTimeout'),
      ),
    },
    [],
  );
  check(
    `KA05 alias import`,
    {
      ...M,
      'main.go': f(
        ['nethttp "net/http"', T],
        fn('\ts := nethttp.Server{ReadTimeout: 5*time.Second}\n\ts.ListenAndServe()'),
      ),
    },
    ['KA05'],
  );
  check(
    `KA05 const in other file`,
    {
      ...M,
      'main.go': f(
        [H, T],
        fn('\ts := http.Server{ReadTimeout: readTimeout, IdleTimeout: idleTimeout}\n\ts.ListenAndServe()'),
      ),
      'consts.go': f([T], 'const (\n\treadTimeout = 5 * time.Second\n\tidleTimeout = 0\n)'),
    },
    ['KA05'],
  );
  // KA12
  const ka12 = {
    las: fn('\thttp.HandleFunc("/", nil)\n\tlog.Fatal(http.ListenAndServe(":8080", nil))'),
    lasTLS: fn('\tlog.Fatal(http.ListenAndServeTLS(":8443", "c", "k", nil))'),
    serve: fn('\tln, _ := net.Listen("tcp", ":8080")\n\tlog.Fatal(http.Serve(ln, nil))'),
    bare: fn('\tsrv := &http.Server{Addr: ":8080", Handler: nil}\n\tsrv.ListenAndServe()'),
    empty: fn('\tsrv := &http.Server{}\n\tsrv.ListenAndServe()'),
    varempty: fn('\tvar srv http.Server\n\tsrv.Addr = ":8080"\n\tsrv.ListenAndServe()'),
    newempty: fn('\tsrv := new(http.Server)\n\tsrv.Addr = ":8080"\n\tsrv.ListenAndServe()'),
    zero: fn(
      '\tsrv := &http.Server{Addr: ":8080", ReadTimeout: 0, WriteTimeout: 0, IdleTimeout: 0}\n\tsrv.ListenAndServe()',
    ),
    onlywrite: fn(
      '\tsrv := &http.Server{Addr: ":8080", WriteTimeout: 10 * time.Second}\n\tsrv.ListenAndServe()',
    ),
    onlyidle: fn(
      '\tsrv := &http.Server{Addr: ":8080", IdleTimeout: 10 * time.Second}\n\tsrv.ListenAndServe()',
    ),
    onlyheader: fn(
      '\tsrv := &http.Server{Addr: ":8080", ReadHeaderTimeout: 10 * time.Second}\n\tsrv.ListenAndServe()',
    ),
    maxheader: fn(
      `\tsrv := &http.Server{Addr: ":8080", MaxHeaderBytes: 16 << 20, ${full}}\n\tsrv.ListenAndServe()`,
    ),
  };
  for (const [k, b] of Object.entries(ka12))
    check(`KA12 ${k}`, { ...M, 'main.go': f([H, T, 'log', 'net'], b) }, ['KA12']);
  check(
    `KA12 mended`,
    {
      ...M,
      'main.go': f([H, T], fn(`\tsrv := &http.Server{Addr: ":8080", ${full}}\n\tsrv.ListenAndServe()`)),
    },
    [],
  );
  check(
    `KA12 mended multi-line`,
    {
      ...M,
      'main.go': f(
        [H, T],
        fn(
          `\tsrv := &http.Server{\n\t\tAddr: ":8080",\n\t\tReadHeaderTimeout: 5 * time.Second, // slow\n\t\tReadTimeout: cfg.ReadTimeout,\n\t\tIdleTimeout: cfg.IdleTimeout,\n\t}\n\tsrv.ListenAndServe()`,
        ),
      ),
    },
    [],
  );
  check(
    `KA12 pprof localhost`,
    {
      ...M,
      'main.go': f(
        [H, T],
        fn(
          `\tgo http.ListenAndServe("localhost:6060", nil)\n\tsrv := &http.Server{Addr: ":8080", ${full}}\n\tsrv.ListenAndServe()`,
        ),
      ),
    },
    [],
  );
  check(
    `KA12 two main`,
    {
      ...M,
      'cmd/a/main.go': f([H, 'log'], ka12.las),
      'cmd/b/main.go': f([H, T], fn(`\tsrv := &http.Server{Addr: ":8080", ${full}}\n\tsrv.ListenAndServe()`)),
    },
    ['KA12'],
  );
  check(
    `KA12 gin`,
    {
      ...M,
      'main.go': f(
        ['github.com/gin-gonic/gin'],
        fn('\tr := gin.Default()\n\tr.GET("/", h)\n\tr.Run(":8080")'),
      ),
    },
    ['KA12'],
  );
  check(
    `KA12 echo`,
    {
      ...M,
      'main.go': f(
        ['github.com/labstack/echo/v4'],
        fn('\te := echo.New()\n\te.Logger.Fatal(e.Start(":8080"))'),
      ),
    },
    ['KA12'],
  );
  check(
    `KA12 chi`,
    {
      ...M,
      'main.go': f(
        [H, 'github.com/go-chi/chi/v5'],
        fn('\tr := chi.NewRouter()\n\thttp.ListenAndServe(":3000", r)'),
      ),
    },
    ['KA12'],
  );
  check(
    `KA12 generated`,
    { ...M, 'gen.go': `// Code generated by x. DO NOT EDIT.\n\n${f([H], ka12.empty)}` },
    [],
  );
  check(`KA12 test file`, { ...M, 'main_test.go': f([H], ka12.empty) }, []);
  check(
    `KA12 helper of tests`,
    { ...M, 'kit/kit.go': f([H, 'testing'], `func Start(t *testing.T) {\n\t_ = &http.Server{}\n}`, 'kit') },
    [],
  );
  check(
    `KA12 package for tests`,
    { ...M, 'plugin/test/serve.go': f([H], 'func Serve() {\n\t_ = &http.Server{}\n}', 'test') },
    [],
  );
  check(`KA12 build tag ignore`, { ...M, 'tool.go': `//go:build ignore\n\n${f([H, 'log'], ka12.las)}` }, []);
  check(
    `KA12 example file dir`,
    {
      ...M,
      'main.go': f([H, T], fn(`\tsrv := &http.Server{Addr: ":8080", ${full}}\n\tsrv.ListenAndServe()`)),
      'internal/x.go': f([H], 'var _ http.Handler = nil', 'internal'),
    },
    [],
  );
  check(
    `KA12 httptest`,
    { ...M, 'x.go': f(['net/http/httptest', H], fn('\ts := httptest.NewServer(nil)\n\t_ = s')) },
    [],
  );
  check(
    `KA12 fasthttp`,
    { ...M, 'main.go': f(['github.com/valyala/fasthttp'], fn('\tfasthttp.ListenAndServe(":80", h)')) },
    [],
  );
});
