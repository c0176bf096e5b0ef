import http from 'node:http';

const server = http.createServer((request, response) => response.end('ok'));
server.keepAliveTimeout = 105_000;
server.headersTimeout = 106_000;
server.listen(8080);
