// Follows decisions and prints a line for each, through restarts of the server: node graphql-follow.mjs, then its URL as the first line of input.
// The client asks again by itself after a loss; that it goes on behind the last decision is due to the variable.
import { createInterface } from 'node:readline';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const url = (await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next()).value;
const client = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 100, retryWait: () => new Promise(next => setTimeout(next, 50)), shouldRetry: () => true });
client.on('closed', event => console.log(JSON.stringify({ closed: event.code })));
const variables = { after: 0 };
client.subscribe({ query: 'subscription S($after: Int) { decisions(after: $after) { position } }', variables }, {
  next: ({ data }) => {
    variables.after = data.decisions.position;
    console.log(JSON.stringify({ position: data.decisions.position }));
  },
  error: error => console.log(JSON.stringify({ error: String(error) })),
  complete: () => { console.log(JSON.stringify({ complete: true })); process.exit(0); },
});
