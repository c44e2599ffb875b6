// Runs graphql-ws and urql against a server and prints what each got: node graphql-clients.mjs HTTP-URL WS-URL
import { createClient } from 'graphql-ws';
import { Client, cacheExchange, fetchExchange, gql, subscriptionExchange } from '@urql/core';
import WebSocket from 'ws';

const [http, ws] = process.argv.slice(2);
const sockets = createClient({ url: ws, webSocketImpl: WebSocket, retryAttempts: 0 });
const ask = payload => new Promise((resolve, reject) => {
  const got = [];
  sockets.subscribe(payload, { next: value => got.push(value), error: reject, complete: () => resolve(got) });
});
const failure = payload => ask(payload).then(got => ({ got }), error => ({ error }));

const urql = new Client({
  url: http,
  preferGetMethod: false,
  exchanges: [cacheExchange, fetchExchange, subscriptionExchange({
    forwardSubscription: request => ({
      subscribe: sink => ({ unsubscribe: sockets.subscribe({ ...request, query: request.query || '' }, sink) }),
    }),
  })],
});
const follow = (query, count) => new Promise(resolve => {
  const got = [];
  const { unsubscribe } = urql.subscription(query, {}).subscribe(({ data, error }) => {
    got.push(data ?? String(error));
    if (got.length === count) { unsubscribe(); resolve(got); }
  });
});

const query = await urql.query(gql`query Q($t: String) { hello echo(text: $t) __typename }`, { t: 'Größe 🏃' }).toPromise();
const bad = await urql.query(gql`{ sure }`, {}).toPromise();
console.log(JSON.stringify({
  wsQuery: await ask({ query: '{ hello }' }),
  wsMutation: await ask({ query: 'mutation { a: add(n: 2) b: add(n: 3) }' }),
  wsSubscription: (await ask({ query: 'subscription { decisions(after: 55) { position } }' })).map(r => r.data.decisions.position),
  wsInvalid: await failure({ query: '{ hello ' }),
  wsBroken: await failure({ query: 'subscription { broken }' }),
  urqlQuery: query.data,
  urqlError: { data: bad.data ?? null, errors: bad.error.graphQLErrors.map(e => ({ message: e.message, path: e.path })) },
  urqlSubscription: (await follow(gql`subscription { decisions(after: 10) { position why } }`, 3)).map(d => d.decisions.position),
}));
await sockets.dispose();
