// Answers one line of JSON for each line of JSON on its input, with what graphql-js makes of it:
// {"parse": [text in UTF-16 as base64, …]} → how each is printed, or where its error is;
// {"schema": sdl} → the sorted schema as text, or what is wrong with it; {"schema": sdl, "validate": [document, …]} → what is wrong with each;
// {"old": sdl, "new": sdl} → the changes between them.
'use strict';
const { createInterface } = require('node:readline');
const g = require('graphql');
const { validateSDL } = require('graphql/validation/validate');

const failed = (e) => ({ error: { message: e.message.toWellFormed(), locations: (e.locations ?? []).map(({ line, column }) => `${line}:${column}`) } });
const attempt = (work) => { try { return work(); } catch (e) { return failed(e); } };
const told = (errors) => errors.map((e) => failed(e).error);

function parsed(text) {
  return attempt(() => ({ printed: g.print(g.parse(Buffer.from(text, 'base64').toString('utf16le'))) }));
}

// All errors of a schema, where buildSchema would throw them as one text.
function built(sdl) {
  return attempt(() => {
    const document = g.parse(sdl);
    const broken = validateSDL(document);
    if (broken.length > 0) return { errors: told(broken) };
    try {
      const schema = g.buildASTSchema(document, { assumeValidSDL: true });
      const errors = g.validateSchema(schema);
      return errors.length > 0 ? { errors: told(errors) } : { printed: g.printSchema(g.lexicographicSortSchema(schema)) };
    } catch (e) {
      return { errors: told([e]) };
    }
  });
}

const known = new Map();
function schemaOf(sdl) {
  if (!known.has(sdl)) {
    if (known.size > 50) known.clear();
    known.set(sdl, g.buildSchema(sdl));
  }
  return known.get(sdl);
}

function answer(request) {
  if (request.parse) return request.parse.map(parsed);
  if (request.validate) return request.validate.map((text) => attempt(() => ({ errors: told(g.validate(schemaOf(request.schema), g.parse(text))) })));
  if (request.schema !== undefined) return built(request.schema);
  const [before, after] = [g.buildSchema(request.old), g.buildSchema(request.new)];
  return {
    breaking: g.findBreakingChanges(before, after).map((c) => `${c.type}: ${c.description}`),
    dangerous: g.findDangerousChanges(before, after).map((c) => `${c.type}: ${c.description}`),
  };
}

createInterface({ input: process.stdin }).on('line', (line) => {
  console.log(JSON.stringify(attempt(() => answer(JSON.parse(line)))));
});
