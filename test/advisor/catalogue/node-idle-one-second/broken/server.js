import http from 'node:http';

const server = http.createServer((request, response) => response.end('ok'));
server.keepAliveTimeout = 1000;
server.listen(8080);
