import http from 'node:http';

const server = http.createServer((request, response) => response.end('ok'));
server.keepAliveTimeout = 75_000;
server.headersTimeout = 76_000;
server.maxRequestsPerSocket = 0;
server.listen(8080);
