import https from 'node:https';

const agent = new https.Agent({ maxSockets: 50 });

export function item(id) {
  return new Promise((resolve, reject) => {
    https.get(`https://catalog/items/${id}`, { agent }, resolve).on('error', reject);
  });
}
