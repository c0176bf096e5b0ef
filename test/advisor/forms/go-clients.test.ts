/** Clients of Go (KA09) in the forms in which people write them, and what is no fault beside them. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of shells, compose and nginx
import { describe } from 'node:test';
import { check } from './forms.js';
import { f, fn, full, H, M, T } from './go-texts.js';

describe('clients of Go', () => {
  // KA09
  const ka09 = {
    unset: fn(
      '\tt := &http.Transport{\n\t\tMaxIdleConns: 100,\n\t\tIdleConnTimeout: 90 * time.Second,\n\t}\n\t_ = &http.Client{Transport: t}',
    ),
    inline: fn(
      '\tc := &http.Client{\n\t\tTimeout: time.Second,\n\t\tTransport: &http.Transport{Proxy: http.ProxyFromEnvironment},\n\t}\n\t_ = c',
    ),
    clone: fn('\tt := http.DefaultTransport.(*http.Transport).Clone()\n\tt.MaxIdleConns = 500\n\t_ = t'),
    two: fn('\tt := &http.Transport{MaxIdleConnsPerHost: 2}\n\t_ = t'),
    one: fn('\tt := &http.Transport{MaxIdleConnsPerHost: 1}\n\t_ = t'),
    zero: fn('\tt := &http.Transport{MaxIdleConnsPerHost: 0}\n\t_ = t'),
    disable: fn('\tt := &http.Transport{DisableKeepAlives: true, MaxIdleConnsPerHost: 100}\n\t_ = t'),
    disableLater: fn(
      '\tt := http.DefaultTransport.(*http.Transport).Clone()\n\tt.MaxIdleConnsPerHost = 100\n\tt.DisableKeepAlives = true\n\t_ = t',
    ),
    defaultMutate: fn('\thttp.DefaultTransport.(*http.Transport).DisableKeepAlives = true'),
    varT: fn('\tvar t http.Transport\n\tt.MaxIdleConns = 10\n\t_ = &t'),
    newT: fn('\tt := new(http.Transport)\n\t_ = t'),
    constSmall: `const perHost = 2\n${fn('\tt := &http.Transport{MaxIdleConnsPerHost: perHost}\n\t_ = t')}`,
    body: 'func get(c *http.Client) (int, error) {\n\tresp, err := c.Get("http://x")\n\tif err != nil {\n\t\treturn 0, err\n\t}\n\tdefer resp.Body.Close()\n\treturn resp.StatusCode, nil\n}\nfunc main(){}',
    bodyHttpGet: fn(
      '\tresp, err := http.Get("http://x")\n\tif err != nil {\n\t\treturn\n\t}\n\tdefer resp.Body.Close()\n\tif resp.StatusCode != http.StatusOK {\n\t\treturn\n\t}',
    ),
    bodyNotClosed: fn(
      '\tresp, err := http.Get("http://x")\n\tif err != nil {\n\t\treturn\n\t}\n\tprintln(resp.StatusCode)',
    ),
    bodyDiscardedUnderscore: fn('\t_, err := http.Get("http://x")\n\tif err != nil {\n\t\treturn\n\t}'),
    bodyDo:
      'func f(c *http.Client, req *http.Request) error {\n\tres, err := c.Do(req)\n\tif err != nil { return err }\n\tdefer func() { _ = res.Body.Close() }()\n\tif res.StatusCode >= 300 { return fmt.Errorf("bad %d", res.StatusCode) }\n\treturn nil\n}\nfunc main(){}',
    bodyHeader:
      'func f(c *http.Client) string {\n\tres, _ := c.Head("http://x")\n\tdefer res.Body.Close()\n\treturn res.Header.Get("ETag")\n}\nfunc main(){}',
    bodyIfInit:
      'func f(c *http.Client, req *http.Request) bool {\n\tif resp, err := c.Do(req); err == nil {\n\t\tresp.Body.Close()\n\t\treturn resp.StatusCode == 200\n\t}\n\treturn false\n}\nfunc main(){}',
  };
  for (const [k, b] of Object.entries(ka09))
    check(`KA09 ${k}`, { ...M, 'main.go': f([H, T, 'fmt'], b) }, k === 'bodyHeader' ? [] : ['KA09']);
  const ok = {
    set: fn(
      '\tt := &http.Transport{MaxIdleConnsPerHost: 100, MaxIdleConns: 200}\n\t_ = &http.Client{Transport: t}',
    ),
    cloneSet: fn(
      '\tt := http.DefaultTransport.(*http.Transport).Clone()\n\tt.MaxIdleConnsPerHost = 100\n\t_ = t',
    ),
    cloneSetMultiline: fn(
      '\tt := http.DefaultTransport.(*http.Transport).Clone()\n\tt.MaxIdleConns, t.MaxIdleConnsPerHost = 200, 100\n\t_ = t',
    ),
    config:
      'type cfg struct { MaxIdleConnsPerHost int }\n' +
      fn('\tvar c cfg\n\tt := &http.Transport{MaxIdleConnsPerHost: c.MaxIdleConnsPerHost}\n\t_ = t'),
    numcpu: fn('\tt := &http.Transport{MaxIdleConnsPerHost: runtime.NumCPU() * 10}\n\t_ = t'),
    drained: fn(
      '\tresp, err := http.Get("http://x")\n\tif err != nil {\n\t\treturn\n\t}\n\tdefer resp.Body.Close()\n\tio.Copy(io.Discard, resp.Body)',
    ),
    json: fn(
      '\tresp, err := http.Get("http://x")\n\tif err != nil {\n\t\treturn\n\t}\n\tdefer resp.Body.Close()\n\tjson.NewDecoder(resp.Body).Decode(&v)',
    ),
    passed: fn(
      '\tresp, err := http.Get("http://x")\n\tif err != nil {\n\t\treturn\n\t}\n\tdefer drainAndClose(resp.Body)',
    ),
    body2:
      'func f(c *http.Client) {\n\tresp, err := c.Do(req)\n\tif err != nil { return }\n\tbody := resp.Body\n\tdefer body.Close()\n\tio.ReadAll(body)\n}\nfunc main(){}',
    cacheGet: 'func f() {\n\tv, ok := cache.Get("k")\n\tif !ok { return }\n\tv.Close()\n}\nfunc main(){}',
    redisDo: 'func f() {\n\tv, err := conn.Do("GET")\n\t_ = err\n\tprintln(v)\n}\nfunc main(){}',
    http2: fn('\tt := &http2.Transport{AllowHTTP: true}\n\t_ = t'),
    forceH2: fn('\tt := &http.Transport{ForceAttemptHTTP2: true, MaxIdleConnsPerHost: 64}\n\t_ = t'),
    maxConns: fn('\tt := &http.Transport{MaxConnsPerHost: 50, MaxIdleConnsPerHost: 50}\n\t_ = t'),
    structlit: `type Opts struct { Transport *http.Transport }\n${fn('\to := Opts{}\n\t_ = o')}`,
    websocketHijack:
      'func f(w http.ResponseWriter, r *http.Request) { c, err := up.Upgrade(w, r, nil); _ = c; _ = err }\nfunc main(){}',
  };
  for (const [k, b] of Object.entries(ok))
    check(`KA09 ok ${k}`, { ...M, 'main.go': f([H, T, 'io', 'golang.org/x/net/http2'], b) }, []);
  check(
    'KA09 default client in server',
    {
      ...M,
      'main.go': f(
        [H, T],
        `func h(w http.ResponseWriter, r *http.Request) {\n\tresp, err := http.Get("http://backend/")\n\tif err != nil { return }\n\tdefer resp.Body.Close()\n\tio.Copy(w, resp.Body)\n}\n` +
          fn(`\tsrv := &http.Server{Addr: ":8080", ${full}}\n\tsrv.ListenAndServe()`),
      ),
    },
    ['KA09'],
  );
  check(
    'KA09 DefaultClient in server',
    {
      ...M,
      'main.go': f(
        [H, T],
        `func h(w http.ResponseWriter, r *http.Request) {\n\tresp, err := http.DefaultClient.Do(req)\n\tif err != nil { return }\n\tdefer resp.Body.Close()\n\tio.Copy(w, resp.Body)\n}\n` +
          fn(`\tsrv := &http.Server{Addr: ":8080", ${full}}\n\tsrv.ListenAndServe()`),
      ),
    },
    ['KA09'],
  );
  check(
    'KA09 client no transport in server',
    {
      ...M,
      'main.go': f(
        [H, T],
        `var client = &http.Client{Timeout: time.Second}\n` +
          fn(`\tsrv := &http.Server{Addr: ":8080", ${full}}\n\tsrv.ListenAndServe()`),
      ),
    },
    ['KA09'],
  );
  check(
    'KA09 client in other pkg of server',
    {
      ...M,
      'client/c.go': f(
        [H, T],
        `func New() *http.Client { return &http.Client{Timeout: time.Second} }`,
        'client',
      ),
      'cmd/api/main.go': f(
        [H, T, 'github.com/acme/orders/client'],
        fn(`\tsrv := &http.Server{Addr: ":8080", ${full}}\n\tsrv.ListenAndServe()`),
      ),
    },
    ['KA09'],
  );
  check(
    'KA09 revproxy',
    {
      ...M,
      'main.go': f(
        [H, T, 'net/http/httputil'],
        fn(
          `\tp := httputil.NewSingleHostReverseProxy(u)\n\tsrv := &http.Server{Addr: ":8080", Handler: p, ${full}}\n\tsrv.ListenAndServe()`,
        ),
      ),
    },
    ['KA09'],
  );
  check(
    'KA09 revproxy transport set',
    {
      ...M,
      'main.go': f(
        [H, T, 'net/http/httputil'],
        fn(
          `\tp := httputil.NewSingleHostReverseProxy(u)\n\tp.Transport = &http.Transport{MaxIdleConnsPerHost: 256}\n\tsrv := &http.Server{Addr: ":8080", Handler: p, ${full}}\n\tsrv.ListenAndServe()`,
        ),
      ),
    },
    [],
  );
  check(
    'KA09 revproxy literal set',
    {
      ...M,
      'main.go': f(
        [H, T, 'net/http/httputil'],
        fn(
          `\tp := &httputil.ReverseProxy{Rewrite: rw, Transport: tr}\n\tsrv := &http.Server{Addr: ":8080", Handler: p, ${full}}\n\tsrv.ListenAndServe()`,
        ),
      ),
    },
    [],
  );
  check(
    'KA09 default transport mutated',
    {
      ...M,
      'main.go': f(
        [H, T],
        `var client = &http.Client{Timeout: time.Second}\n` +
          fn(
            `\thttp.DefaultTransport.(*http.Transport).MaxIdleConnsPerHost = 100\n\tsrv := &http.Server{Addr: ":8080", ${full}}\n\tsrv.ListenAndServe()`,
          ),
      ),
    },
    [],
  );
  check(
    'KA09 client Transport later',
    {
      ...M,
      'main.go': f(
        [H, T],
        fn(
          `\tc := &http.Client{Timeout: time.Second}\n\tc.Transport = newTransport()\n\tsrv := &http.Server{Addr: ":8080", ${full}}\n\tsrv.ListenAndServe()`,
        ),
      ),
    },
    [],
  );
});
