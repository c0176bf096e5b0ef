import { fail, type Outcome, pass } from '../../audit.js';
import { at, fileAudit } from './file-audit.js';
import { inherited, type Nested, nestedOf } from './nginx-tree.js';

export const tls1 = fileAudit({
  id: 'TLS1',
  title: 'TLS sessions can be resumed',
  failureTitle: 'TLS sessions cannot be resumed',
  severity: 'medium',
  doc: 'Fails when a server of nginx that listens with TLS has ssl_session_tickets off and no ssl_session_cache: neither the client nor the server then keeps a session, and each connection pays for a full handshake. Either of them is enough.',
  versions: 'every nginx, whose default is tickets and no cache',
  fix: 'ssl_session_cache shared:TLS:10m;',
  source: 'https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_session_cache',
  run: (files) =>
    files.nginx.flatMap((config) =>
      nestedOf(config)
        .filter(({ directive }) => directive.name === 'server' && directive.block !== null)
        .flatMap((server): Outcome[] => {
          const block = server.directive.block ?? [];
          const listensTls = block.some(({ name, args }) => name === 'listen' && args.includes('ssl'));
          const tickets = setting(server, 'ssl_session_tickets');
          const cache = setting(server, 'ssl_session_cache');
          if (!listensTls || (tickets === undefined && cache === undefined)) return [];
          const evidence = {
            ssl_session_tickets: tickets?.args[0] ?? null,
            ssl_session_cache: cache?.args.join(' ') ?? null,
          };
          const { where } = at(tickets ?? cache ?? server.directive);
          const isKept = cache?.args.some((arg) => /^(?:shared:|builtin)/.test(arg)) === true;
          if (isKept || tickets?.args[0] !== 'off') return [pass(evidence, where)];
          return [
            fail({
              where,
              evidence,
              why: 'neither tickets nor a cache: each connection pays for a full handshake',
              fix: 'ssl_session_cache shared:TLS:10m;',
            }),
          ];
        }),
    ),
});

function setting(server: Nested, name: string) {
  return server.directive.block?.find((each) => each.name === name) ?? inherited(server, name)[0];
}
