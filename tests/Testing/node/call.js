// One call with the gRPC client that most of the world's JavaScript uses. Prints how it ended as one line of JSON.
// node call.js ADDRESS PROTO_ROOT PROTO SERVICE METHOD REQUEST [OPTIONS]
//   OPTIONS: {"metadata":{},"deadlineMs":n,"cancelAfter":messages,"gzip":true,"padding":characters of text}
'use strict';
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [address, root, proto, service, method, request, more] = process.argv.slice(2);
const options = JSON.parse(more || '{}');
const definition = loader.loadSync(proto, { includeDirs: [root], longs: String, enums: String, oneofs: true });
const Client = service.split('.').reduce((at, name) => at[name], grpc.loadPackageDefinition(definition));
const client = new Client(address, grpc.credentials.createInsecure(),
  options.gzip ? { 'grpc.default_compression_algorithm': grpc.compressionAlgorithms.gzip } : {});

const metadata = new grpc.Metadata();
for (const [name, value] of Object.entries(options.metadata || {})) metadata.set(name, value);
const callOptions = options.deadlineMs ? { deadline: Date.now() + options.deadlineMs } : {};
const body = JSON.parse(request);
if (options.padding) body.text = 'x'.repeat(options.padding);

const messages = [];
function end(status) {
  console.log(JSON.stringify({ code: status.code, details: status.details, trailers: status.metadata ? status.metadata.toJSON() : {}, messages }));
  client.close();
}

if (definition[service][method].responseStream) {
  const call = client[method](body, metadata, callOptions);
  call.on('data', (message) => {
    messages.push(message);
    if (messages.length === options.cancelAfter) call.cancel();
  });
  call.on('error', () => {});
  call.on('status', end);
} else {
  const call = client[method](body, metadata, callOptions, (_, answer) => { if (answer) messages.push(answer); });
  call.on('status', end);
}
