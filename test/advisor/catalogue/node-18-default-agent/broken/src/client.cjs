const { request } = require('node:http');

module.exports = function item(id, done) {
  const sent = request({ host: 'catalog', path: `/items/${id}` }, (response) => {
    response.resume().on('end', () => done(null, response.statusCode));
  });
  sent.on('error', done).end();
};
