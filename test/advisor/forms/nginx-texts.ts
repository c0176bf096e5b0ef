/** Parts of nginx configurations. */

export const main = (http: string, top = 'worker_processes auto;') =>
  `${top}\nevents { worker_connections 1024; }\nhttp {\n${http}\n}\n`;
export const good = 'proxy_http_version 1.1;\n      proxy_set_header Connection "";';
export const up = (k = 'keepalive 32;') =>
  `  upstream api {\n    server 10.0.0.1:8080;\n    server 10.0.0.2:8080;\n    ${k}\n  }\n`;
export const loc = (s: string, p = 'proxy_pass http://api;') =>
  `  server {\n    listen 80;\n    location / {\n      ${p}\n      ${s}\n    }\n  }\n`;
export const D = (v: string) => ({ Dockerfile: `FROM nginx:${v}\nCOPY nginx.conf /etc/nginx/nginx.conf\n` });
export const files = '  server { listen 80; root /srv; }';
