const { NestFactory } = require('@nestjs/core');
const { AppModule } = require('./app.module');

async function bootstrap() {
  const app = await NestFactory.create(AppModule);
  const server = app.getHttpServer();
  server.keepAliveTimeout = 75_000;
  server.headersTimeout = 76_000;
  await app.listen(8080);
}

bootstrap();
