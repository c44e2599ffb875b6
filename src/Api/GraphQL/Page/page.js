// Starts GraphiQL with the key that the reader gives. The key goes in headers and in the first frame of a WebSocket, never in an address.
'use strict';
(() => {
  const stored = 'est.api-key';
  const input = document.getElementById('key');
  const root = ReactDOM.createRoot(document.getElementById('graphiql'));
  const example = `# Press Ctrl-Enter. Who may not see a field is told so.
{
  portfolios {
    id
    state
    equity { equity cash marketValue }
    positions { instrument quantity averagePrice lastPrice unrealised }
  }
}
`;

  function show() {
    const key = sessionStorage.getItem(stored) ?? '';
    const authorization = key === '' ? {} : { Authorization: `Bearer ${key}` };
    const address = `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/graphql`;
    const fetcher = GraphiQL.createFetcher({
      url: '/graphql',
      headers: { ...authorization, 'X-GraphQL-Client': 'graphiql' },
      wsClient: graphqlWs.createClient({ url: address, lazy: true, connectionParams: authorization }),
    });
    // Another key is another reader: the schema is asked for anew.
    root.render(React.createElement(GraphiQL, { key, fetcher, defaultQuery: example, isHeadersEditorEnabled: false, shouldPersistHeaders: false }));
  }

  document.getElementById('key-form').addEventListener('submit', event => {
    event.preventDefault();
    sessionStorage.setItem(stored, input.value.trim());
    input.value = '';
    document.getElementById('said').textContent = 'in use, until this tab is closed';
    show();
  });
  show();
})();
