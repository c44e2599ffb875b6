// A consumer of OAuth 1.0a that shares no code with the server: Node's own crypto and arithmetic.
// node oauth.js API TIMES, in a folder with consumer.env, dhprime.hex and the two private keys.
'use strict';
const crypto = require('crypto');
const fs = require('fs');

const [api, times] = process.argv.slice(2);
const env = Object.fromEntries(fs.readFileSync('consumer.env', 'ascii').trim().split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
const prime = BigInt('0x' + fs.readFileSync('dhprime.hex', 'ascii').trim());
const signatureKey = fs.readFileSync('private_signature.pem');

// PKCS#1 v1.5 by hand: 00 02, bytes that are not zero, 00, the secret.
const padded = crypto.privateDecrypt({ key: fs.readFileSync('private_encryption.pem'), padding: crypto.constants.RSA_NO_PADDING }, Buffer.from(env.ACCESS_TOKEN_SECRET, 'base64'));
const secret = padded.subarray(padded.indexOf(0, 2) + 1);

const encode = (text) => encodeURIComponent(text).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase());
const power = (base, exponent) => {
  let result = 1n;
  for (let b = base % prime, e = exponent; e > 0n; e >>= 1n, b = (b * b) % prime) if (e & 1n) result = (result * b) % prime;
  return result;
};
const signedBytes = (number) => {
  let hex = number.toString(16);
  if (hex.length % 2) hex = '0' + hex;
  const bytes = Buffer.from(hex, 'hex');
  return bytes[0] & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes;
};

async function call(method, path, more, prepend, sign) {
  const fields = {
    oauth_consumer_key: env.CONSUMER_KEY, oauth_nonce: crypto.randomBytes(16).toString('hex'), oauth_signature_method: prepend === null ? 'HMAC-SHA256' : 'RSA-SHA256',
    oauth_timestamp: String(Math.floor(Date.now() / 1000)), oauth_token: env.ACCESS_TOKEN, ...more,
  };
  const sorted = Object.keys(fields).sort().map((name) => `${encode(name)}=${encode(fields[name])}`).join('&');
  fields.oauth_signature = encode(sign(`${prepend ?? ''}${method}&${encode(api + path)}&${encode(sorted)}`));
  const header = Object.entries(fields).map(([name, value]) => `${name}="${value}"`).join(', ');
  return fetch(api + path, { method, headers: { Authorization: `OAuth realm="${env.REALM}", ${header}` } });
}

(async () => {
  let agreed = 0, calls = 0;
  for (let i = 0; i < Number(times); i++) {
    const own = BigInt('0x' + crypto.randomBytes(32).toString('hex'));
    const exchanged = await call('POST', 'oauth/live_session_token', { diffie_hellman_challenge: power(2n, own).toString(16) }, secret.toString('hex'),
      (text) => crypto.sign('RSA-SHA256', Buffer.from(text), signatureKey).toString('base64'));
    const answer = await exchanged.json();
    const token = crypto.createHmac('sha1', signedBytes(power(BigInt('0x' + answer.diffie_hellman_response), own))).update(secret).digest();
    if (crypto.createHmac('sha1', token).update(env.CONSUMER_KEY).digest('hex') === answer.live_session_token_signature) agreed++;
    const tickled = await call('POST', 'tickle', {}, null, (text) => crypto.createHmac('sha256', token).update(text).digest('base64'));
    if (tickled.status === 200) calls++;
  }
  console.log(JSON.stringify({ agreed, calls }));
})();
