/** Servers and transports of Go whose settings are made elsewhere than where they are (KA05, KA09, KA12). */
import { describe } from 'node:test';
import { check, checkOpen, type Texts } from './forms.js';
import { f, fn, H, M, T } from './go-texts.js';

const C = 'crypto/tls';
const bare = '&http.Server{Addr: ":8080"}';
const run = '\tsrv.ListenAndServe()';
const times = 'ReadHeaderTimeout = 5 * time.Second\n\tsrv.IdleTimeout = time.Minute';

/** A program of files of package main, where one of them, by its key, takes what sets the times or what does not. */
interface Form {
  readonly files: Texts;
  /** What sets the times, and what stands in its place where they are not set. */
  readonly sets: string;
  readonly not: string;
}

function forms(all: Readonly<Record<string, Form>>, id: string): void {
  for (const [name, { files, sets, not }] of Object.entries(all)) {
    const filled = (by: string) =>
      Object.fromEntries(Object.entries(files).map(([file, text]) => [file, text.replace('SETS', by)]));
    check(`${id} ${name}, not set`, { ...M, ...filled(not) }, [id]);
    check(`${id} ${name}, set`, { ...M, ...filled(sets) }, []);
  }
}

describe('servers of Go that are set elsewhere', () => {
  const helper = 'func setTimeouts(srv *http.Server) {\nSETS\n}';
  const setsThem = { sets: `\tsrv.${times}`, not: '\tsrv.ErrorLog = nil' };
  forms(
    {
      'a helper of the file': {
        files: { 'main.go': f([H, T], `${helper}\n${fn(`\tsrv := ${bare}\n\tsetTimeouts(srv)\n${run}`)}`) },
        ...setsThem,
      },
      'a helper of another file': {
        files: {
          'main.go': f([H], fn(`\tsrv := ${bare}\n\tsetTimeouts(srv)\n${run}`)),
          'times.go': f([H, T], helper),
        },
        ...setsThem,
      },
      'a helper that takes it second': {
        files: {
          'main.go': f([H], fn(`\tsrv := ${bare}\n\tapplyDefaults(cfg, srv)\n${run}`)),
          'times.go': f([H, T], 'func applyDefaults(cfg Config, srv *http.Server) {\nSETS\n}'),
        },
        sets: '\tsrv.ReadHeaderTimeout = cfg.Header\n\tsrv.IdleTimeout = cfg.Idle',
        not: '\tsrv.Addr = cfg.Addr',
      },
      'a helper that asks another': {
        files: {
          'main.go': f([H], fn(`\tsrv := ${bare}\n\tprepare(srv)\n${run}`)),
          'times.go': f([H, T], `func prepare(srv *http.Server) {\n\tsetTimeouts(srv)\n}\n${helper}`),
        },
        ...setsThem,
      },
      'a helper of another package': {
        files: {
          'cmd/api/main.go': f(
            [H, 'github.com/acme/orders/internal/serve'],
            fn(`\tsrv := ${bare}\n\tserve.Configure(srv)\n${run}`),
          ),
          'internal/serve/serve.go': f([H, T], 'func Configure(srv *http.Server) {\nSETS\n}', 'serve'),
        },
        ...setsThem,
      },
      'a helper that gives it back': {
        files: {
          'main.go': f([H], fn(`\tsrv := withTimeouts(${bare})\n${run}`)),
          'times.go': f([H, T], 'func withTimeouts(srv *http.Server) *http.Server {\nSETS\n\treturn srv\n}'),
        },
        ...setsThem,
      },
      'a helper of a variable by its address': {
        files: {
          'main.go': f([H], fn('\tvar srv http.Server\n\tsetTimeouts(&srv)\n\tsrv.ListenAndServe()')),
          'times.go': f([H, T], helper),
        },
        ...setsThem,
      },
      'a literal that is called at once': {
        files: {
          'main.go': f([H, T], fn(`\tsrv := ${bare}\n\tfunc(srv *http.Server) {\nSETS\n\t}(srv)\n${run}`)),
        },
        ...setsThem,
      },
      'a literal with a name': {
        files: {
          'main.go': f(
            [H, T],
            fn(`\tset := func(srv *http.Server) {\nSETS\n\t}\n\tsrv := ${bare}\n\tset(srv)\n${run}`),
          ),
        },
        ...setsThem,
      },
      'a method of what holds it': {
        files: {
          'main.go': f(
            [H],
            `type App struct {\n\tsrv *http.Server\n}\nfunc New() *App {\n\ts := &App{srv: ${bare}}\n\ts.configure()\n\treturn s\n}\n${fn('\tNew().srv.ListenAndServe()')}`,
          ),
          'times.go': f([T], 'func (s *App) configure() {\nSETS\n}'),
        },
        sets: '\ts.srv.ReadHeaderTimeout = time.Second\n\ts.srv.IdleTimeout = time.Minute',
        not: '\ts.log = nil',
      },
      'a field that is given away': {
        files: {
          'main.go': f(
            [H, T],
            `type App struct {\n\tsrv *http.Server\n}\nfunc (a *App) Start() {\n\ta.srv = ${bare}\n\tsetTimeouts(a.srv)\n\ta.srv.ListenAndServe()\n}\n${helper}`,
          ),
        },
        ...setsThem,
      },
      'what embeds it': {
        files: {
          'main.go': f(
            [H, T],
            `type App struct {\n\t*http.Server\n}\n${fn(`\tapp := &App{Server: ${bare}}\nSETS\n\tapp.ListenAndServe()`)}`,
          ),
        },
        sets: '\tapp.ReadHeaderTimeout = time.Second\n\tapp.IdleTimeout = time.Minute',
        not: '\tapp.ErrorLog = nil',
      },
      'the one who asks for it': {
        files: {
          'main.go': f([T], fn(`\tsrv := newServer()\nSETS\n${run}`)),
          'server.go': f([H], `func newServer() *http.Server {\n\treturn ${bare}\n}`),
        },
        ...setsThem,
      },
      'the one who asks for it and an error': {
        files: {
          'main.go': f([T], fn(`\tsrv, err := newServer()\n\t_ = err\nSETS\n${run}`)),
          'server.go': f(
            [H],
            `func newServer() (*http.Server, error) {\n\tsrv := ${bare}\n\treturn srv, nil\n}`,
          ),
        },
        ...setsThem,
      },
      'the one who asks another package for it': {
        files: {
          'cmd/api/main.go': f(
            [T, 'github.com/acme/orders/internal/serve'],
            fn(`\tsrv := serve.New()\nSETS\n${run}`),
          ),
          'internal/serve/serve.go': f([H], `func New() *http.Server {\n\treturn ${bare}\n}`, 'serve'),
        },
        ...setsThem,
      },
      'a method that makes it': {
        files: {
          'main.go': f(
            [H, T],
            `func (a *App) server() *http.Server {\n\treturn ${bare}\n}\nfunc (a *App) Start() {\n\tsrv := a.server()\nSETS\n${run}\n}`,
          ),
        },
        ...setsThem,
      },
      'a server of the package': {
        files: {
          'main.go': f([H], `var srv = ${bare}\n${fn(run)}`),
          'times.go': f([T], 'func init() {\nSETS\n}'),
        },
        ...setsThem,
      },
      'a list that is walked': {
        files: {
          'main.go': f(
            [H, T],
            fn(
              `\tvar all []*http.Server\n\tall = append(all, ${bare})\n\tfor _, srv := range all {\nSETS\n\t}`,
            ),
          ),
        },
        ...setsThem,
      },
      'an option struct': {
        files: { 'main.go': f([H, T], fn(`\tsrv := &http.Server{Addr: opts.Addr, SETS}\n${run}`)) },
        sets: 'ReadHeaderTimeout: opts.Header, IdleTimeout: opts.Idle',
        not: 'Handler: opts.Handler',
      },
    },
    'KA12',
  );

  check(
    'KA12 one of two that ask for it sets them',
    {
      ...M,
      'main.go': f(
        [T],
        `func a() {\n\tsrv := newServer()\n\tsrv.${times}\n}\nfunc b() {\n\tsrv := newServer()\n${run}\n}`,
      ),
      'server.go': f([H], `func newServer() *http.Server {\n\treturn ${bare}\n}`),
    },
    ['KA12'],
  );
  check(
    'KA12 another server is set',
    {
      ...M,
      'main.go': f(
        [H, T],
        `type Admin struct {\n\tsrv *http.Server\n}\ntype App struct {\n\tsrv *http.Server\n}\nfunc (a *App) Start() {\n\ta.srv = ${bare}\n}\nfunc (a *Admin) Start() {\n\ta.srv = ${bare}\n\ta.srv.ReadHeaderTimeout = time.Second\n\ta.srv.IdleTimeout = time.Minute\n}`,
      ),
    },
    ['KA12'],
  );
  check(
    'KA12 a configuration is set, and not the server',
    {
      ...M,
      'main.go': f(
        [H, T],
        `func defaults(cfg *Config) {\n\tcfg.IdleTimeout = time.Minute\n\tcfg.ReadHeaderTimeout = time.Second\n}\n${fn(`\tsrv := ${bare}\n${run}`)}`,
      ),
    },
    ['KA12'],
  );
  check(
    'KA12 HTTP/2 is configured, which sets no times',
    {
      ...M,
      'main.go': f(
        [H, 'golang.org/x/net/http2'],
        fn(`\tsrv := ${bare}\n\thttp2.ConfigureServer(srv, &http2.Server{})\n${run}`),
      ),
    },
    ['KA12'],
  );
  check(
    'KA05 a helper sets the idle time',
    {
      ...M,
      'main.go': f(
        [H, T],
        `func set(srv *http.Server) {\n\tsrv.IdleTimeout = time.Minute\n}\n${fn('\tsrv := &http.Server{ReadTimeout: time.Second}\n\tset(srv)\n\tsrv.ListenAndServe()')}`,
      ),
    },
    [],
  );
  check(
    'KA05 a helper sets the read time alone',
    {
      ...M,
      'main.go': f([H], fn(`\tsrv := ${bare}\n\tset(srv)\n${run}`)),
      'times.go': f([H, T], 'func set(srv *http.Server) {\n\tsrv.ReadTimeout = time.Second\n}'),
    },
    ['KA05'],
  );

  checkOpen(
    'a function of another module',
    {
      ...M,
      'main.go': f([H, 'github.com/acme/kit'], fn(`\tsrv := ${bare}\n\tkit.Harden(srv)\n${run}`)),
    },
    ['KA12'],
  );
  checkOpen(
    'a package that is not among the files',
    {
      ...M,
      'main.go': f([H, 'github.com/acme/orders/serve'], fn(`\tsrv := ${bare}\n\tserve.Harden(srv)\n${run}`)),
    },
    ['KA12'],
  );
  checkOpen(
    'options that are functions',
    {
      ...M,
      'main.go': f(
        [H, T],
        `type Option func(*http.Server)\n\nfunc WithIdle(d time.Duration) Option {\n\treturn func(s *http.Server) {\n\t\ts.IdleTimeout = d\n\t}\n}\n\nfunc New(options ...Option) *http.Server {\n\tsrv := ${bare}\n\tfor _, option := range options {\n\t\toption(srv)\n\t}\n\treturn srv\n}`,
      ),
    },
    ['KA12'],
  );
  checkOpen(
    'a server that nobody can tell from another',
    {
      ...M,
      'main.go': f([H, T], fn(`\tsrv := ${bare}\n${run}`)),
      'times.go': f([H, T], 'func tune(srv *http.Server) {\n\tsrv.ReadHeaderTimeout = time.Second\n}'),
    },
    ['KA12'],
  );
});

describe('transports of Go that are set elsewhere', () => {
  const helper = 'func tune(tr *http.Transport) {\nSETS\n}';
  const setsThem = { sets: '\ttr.MaxIdleConnsPerHost = 100', not: '\ttr.MaxIdleConns = 100' };
  forms(
    {
      'a helper': {
        files: {
          'main.go': f([H], fn('\ttr := &http.Transport{}\n\ttune(tr)\n\t_ = tr')),
          'tune.go': f([H], helper),
        },
        ...setsThem,
      },
      'a helper of a clone': {
        files: {
          'main.go': f(
            [H],
            fn('\ttr := http.DefaultTransport.(*http.Transport).Clone()\n\ttune(tr)\n\t_ = tr'),
          ),
          'tune.go': f([H], helper),
        },
        ...setsThem,
      },
      'a clone at once': {
        files: {
          'main.go': f([H], fn('\ttune(http.DefaultTransport.(*http.Transport).Clone())')),
          'tune.go': f([H], helper),
        },
        ...setsThem,
      },
      'the one who asks for it': {
        files: {
          'main.go': f([C], fn('\ttr := newTransport()\nSETS\n\t_ = tr')),
          'tune.go': f([H], 'func newTransport() *http.Transport {\n\treturn &http.Transport{}\n}'),
        },
        ...setsThem,
      },
      'a field': {
        files: {
          'main.go': f(
            [H],
            'type C struct {\n\ttr *http.Transport\n}\nfunc New() *C {\n\treturn &C{tr: &http.Transport{}}\n}',
          ),
          'tune.go': f([C], 'func (c *C) tune() {\nSETS\n}'),
        },
        sets: '\tc.tr.MaxIdleConnsPerHost = 64',
        not: '\tc.tr.MaxIdleConns = 64',
      },
    },
    'KA09',
  );
  check(
    'KA09 a helper turns keep-alive off',
    {
      ...M,
      'main.go': f([H], fn('\ttr := &http.Transport{MaxIdleConnsPerHost: 10}\n\ttune(tr)\n\t_ = tr')),
      'tune.go': f([H], helper.replace('SETS', '\ttr.DisableKeepAlives = true')),
    },
    ['KA09'],
  );
  check(
    'KA09 HTTP/2 is configured, and what wraps it sets nothing',
    {
      ...M,
      'main.go': f(
        [H, 'golang.org/x/net/http2', 'go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp'],
        fn('\ttr := &http.Transport{}\n\thttp2.ConfigureTransport(tr)\n\t_ = otelhttp.NewTransport(tr)'),
      ),
    },
    ['KA09'],
  );
  checkOpen(
    'a function of another module',
    {
      ...M,
      'main.go': f(
        [H, 'github.com/docker/go-connections/sockets'],
        fn('\ttr := &http.Transport{}\n\tsockets.ConfigureTransport(tr, "unix", "/a")'),
      ),
    },
    ['KA09'],
  );
});
