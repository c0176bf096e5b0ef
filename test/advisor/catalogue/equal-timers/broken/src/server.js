import http from 'node:http';
import express from 'express';

const app = express();
app.disable('x-powered-by');
app.get('/healthz', (_request, response) => response.send('ok'));
app.get('/items/:id', async (request, response) => {
  response.json({ id: request.params.id, url: `https://shop.example.com/${request.params.id}` });
});

// keepAliveTimeout: see the runbook
const server = http.createServer(app);
server.keepAliveTimeout = 60_000;
server.listen(process.env.PORT ?? 8080);
