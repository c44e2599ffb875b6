// urql asks the platform and graphql-ws follows its decisions, through restarts: node platform-clients.mjs; the first line of input is {"http","ws","key","query"}.
// A line for each decision; before them one with what urql was answered.
import { createInterface } from 'node:readline';
import { Client, fetchExchange } from '@urql/core';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

const line = (await createInterface({ input: process.stdin })[Symbol.asyncIterator]().next()).value;
const { http, ws, key, query } = JSON.parse(line);
const headers = { Authorization: `Bearer ${key}` };
const urql = new Client({ url: http, exchanges: [fetchExchange], fetchOptions: { headers } });
const asked = await urql.query(query, {}).toPromise();
const changed = await urql.mutation('mutation { halt }', {}).toPromise();
console.log(JSON.stringify({ data: asked.data ?? null, error: asked.error?.message ?? null, mutation: changed.error?.message ?? null }));

const client = createClient({ url: ws, webSocketImpl: WebSocket, connectionParams: headers, retryAttempts: 200, retryWait: () => new Promise(next => setTimeout(next, 50)), shouldRetry: () => true });
client.on('closed', event => console.log(JSON.stringify({ closed: event.code })));
// The client asks again by itself after a loss; that it goes on behind the last decision is due to the variable.
const variables = { after: '0' };
client.subscribe({ query: 'subscription S($after: Position) { decisions(portfolio: "main", after: $after) { position decision { decisionId action quantity order { state } } } }', variables }, {
  next: ({ data, errors }) => {
    if (errors) console.log(JSON.stringify({ errors }));
    if (!data) return;
    variables.after = data.decisions.position;
    console.log(JSON.stringify(data.decisions));
  },
  error: error => console.log(JSON.stringify({ errors: error instanceof Error ? error.message : error })),
  complete: () => console.log(JSON.stringify({ complete: true })),
});
