/** Files of services that are in order, or that a rule is not about: nothing is found in them. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gatherFiles } from '#zipfire/advisor/gather/files/index.js';
import { readFiles } from '#zipfire/advisor/gather/files/read.js';
import { advise, fileAudits } from '#zipfire/advisor/index.js';

const root = fileURLToPath(new URL('../../../', import.meta.url));

function failuresIn(texts: Readonly<Record<string, string>>) {
  const found = Object.entries(texts).map(([file, text]) => ({ file, text, within: file, named: false }));
  const { artifact, suppressions } = readFiles(found);
  const gathered = { facts: { files: artifact, suppressions }, failed: {} };
  return advise({ target: 'x', gathered, audits: fileAudits }).findings.filter(
    ({ status }) => status === 'fail' || status === 'error',
  );
}

const innocent: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a command-line tool in Go': {
    'go.mod': 'module example.com/tool\n\ngo 1.22\n',
    'main.go': `package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"time"
)

func main() {
	client := &http.Client{Timeout: 10 * time.Second}
	resp, err := client.Get(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(os.Stdout, resp.Body)
}
`,
  },
  'a response that leaves the function': {
    'fetch.go': `package fetch

import "net/http"

func open(client *http.Client, url string) (*http.Response, error) {
	resp, err := client.Get(url)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != 200 {
		drain(resp)
		resp.Body.Close()
		return nil, errStatus
	}
	return resp, nil
}
`,
  },
  'somebody else’s types of the same name': {
    'main.go': `package main

import http "example.com/fake/http"

type Server struct{ Addr string }

var s = http.Server{Addr: ":80"}
var t = Server{Addr: ":80"}
`,
  },
  'code in comments and strings': {
    'main.go':
      'package main\n\nimport "net/http"\n\n// t := &http.Transport{}\n/* http.Server{} */\nconst doc = `http.Transport{}`\nvar _ = http.StatusOK\n',
    'app.js':
      "import http from 'node:http';\n// http.createServer()\nconst help = `use http.createServer() or new http.Agent()`;\nexport default help;\n",
  },
  'a Node client on the defaults of a new Node': {
    'package.json': '{ "name": "a", "engines": { "node": ">=20" } }',
    'a.js': "import http from 'node:http';\nhttp.get('http://a/', (r) => r.resume());\n",
  },
  'a stateful set of somebody else’s image': {
    'db.yaml': `apiVersion: apps/v1
kind: StatefulSet
metadata: { name: db }
spec:
  replicas: 3
  template:
    spec:
      containers:
        - name: postgres
          image: postgres:16
          resources: { limits: { cpu: 1500m, memory: 4Gi } }
`,
  },
  'nginx for files and for WebSockets': {
    'nginx.conf': `worker_processes auto;
events { worker_connections 1024; }
http {
  map $http_upgrade $connection_upgrade { default upgrade; '' ''; }
  upstream app { server app:3000; keepalive 16; }
  server {
    listen 80;
    root /srv/www;
    location / { try_files $uri /index.html; }
    location /ws {
      proxy_pass http://app;
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
    }
  }
}
stream { server { listen 5432; proxy_pass db:5432; } }
`,
  },
  'JSON and YAML of other tools': {
    'tsconfig.json': '{ "compilerOptions": { "strict": true } }',
    '.github.yaml': 'on: push\njobs: { build: { runs-on: ubuntu-latest, steps: [] } }\n',
    'openapi.yaml': 'openapi: 3.1.0\ninfo: { title: a, version: "1" }\npaths: {}\n',
  },
};

describe('innocent files', () => {
  for (const [name, texts] of Object.entries(innocent))
    it(name, () => {
      assert.deepEqual(failuresIn(texts), []);
    });

  it('the profiles and examples of this repository are all read', async () => {
    const gathered = await gatherFiles([`${root}examples`, `${root}profiles`]);
    const { findings } = advise({ target: 'x', gathered, audits: fileAudits });
    assert.deepEqual(
      findings.filter(({ status, id }) => status === 'error' || (status === 'fail' && id === 'FILE01')),
      [],
    );
  });

  it('a fault with a reason beside it does not count, and is shown', async () => {
    const file = 'test/advisor/catalogue/go-two-idle-connections/broken/catalog/client.go';
    const text = await readFile(`${root}${file}`, 'utf8');
    const faults = failuresIn({ 'client.go': text });
    assert.deepEqual(
      faults.map(({ id, suppressed }) => [id, suppressed]),
      [['KA09', undefined]],
    );
    const ignored = failuresIn({ 'client.go': `// zipfire-ignore KA09: one call a day\n${text}` });
    assert.deepEqual(
      ignored.map(({ id, suppressed }) => [id, suppressed?.reason]),
      [['KA09', 'one call a day']],
    );
  });
});
