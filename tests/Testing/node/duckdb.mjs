// Answers one line of JSON for each line of JSON on its input: {"sql": …} is run by DuckDB and answered with its rows,
// {"from", "to", "version", "codec", "dictionary"} writes a Parquet file anew with Rust's parquet crate.
import { createInterface } from 'node:readline';
import { readFileSync, writeFileSync } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { Compression, WriterPropertiesBuilder, WriterVersion, readParquet, writeParquet } from 'parquet-wasm/node';

const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run("set TimeZone = 'UTC'");

function rewrite({ from, to, version, codec, dictionary }) {
  const properties = new WriterPropertiesBuilder()
    .setWriterVersion(version === 2 ? WriterVersion.V2 : WriterVersion.V1)
    .setCompression(Compression[codec])
    .setDictionaryEnabled(dictionary)
    .setDataPageSizeLimit(4096)
    .build();
  writeFileSync(to, writeParquet(readParquet(readFileSync(from)), properties));
  return [];
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  try {
    const rows = request.sql ? (await connection.runAndReadAll(request.sql)).getRowsJson() : rewrite(request);
    console.log(JSON.stringify({ rows }));
  } catch (e) {
    console.log(JSON.stringify({ error: String(e?.message ?? e) }));
  }
}
