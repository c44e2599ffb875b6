// Executes documents with the reference implementation, line by line: {sdl, seed} sets the schema, {document, variables} is answered with {data, errors},
// for a subscription with {refused} or {responses} and what its iterator threw at last; with {invalid} for a document that validation refuses;
// {introspect} with the whole introspection. Values and events follow the rule of ValueRule.cs.
import { createInterface } from 'node:readline';
import {
  buildSchema, execute, getIntrospectionQuery, getNullableType, isAbstractType, isEnumType, isListType, isNonNullType, isScalarType, parse, subscribe, validate,
} from 'graphql';

let schema;
let seed;

function hash(key) {
  let h = 2166136261;
  const text = `${seed}${key}`;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 16777619) >>> 0;
  h = (h ^ (h >>> 15)) >>> 0;
  h = Math.imul(h, 2246822519) >>> 0;
  return (h ^ (h >>> 13)) >>> 0;
}

function canonical(value) {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object') return `{${Object.keys(value).sort().map(k => `${k}:${canonical(value[k])}`).join(',')}}`;
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function scalar(name, chance, rest) {
  switch (name) {
    case 'Int': return { 98: 'abc', 97: 2147483648, 96: 1.5, 95: true }[chance] ?? (rest % 1000) - 500;
    case 'Float': return { 98: 'abc', 97: NaN, 96: '2.5' }[chance] ?? ((rest % 100000) - 50000) / 8;
    case 'String': return { 98: {}, 97: true, 96: 1.5, 95: 'ü\n"🏃\u0001\\' }[chance] ?? `s${rest}`;
    case 'Boolean': return { 98: 'yes', 97: 0 }[chance] ?? rest % 2 === 0;
    default: return { 98: 1.5, 97: 12 }[chance] ?? `id${rest}`;
  }
}

function typeName(type, chance, rest) {
  if (chance === 95) return undefined;
  const wrong = { 98: 'Nowhere', 97: 'E0', 96: 'Query' }[chance];
  if (wrong) return wrong;
  const names = schema.getPossibleTypes(type).map(t => t.name).sort();
  return names[rest % names.length];
}

function value(type, key) {
  const h = hash(key);
  const [chance, rest] = [h % 100, h >>> 8];
  if (chance < (isNonNullType(type) ? 1 : 10)) return null;
  const inner = getNullableType(type);
  if (isListType(inner)) return chance === 99 ? 5 : Array.from({ length: rest % 4 }, (_, i) => value(inner.ofType, `${key}[${i}]`));
  if (isEnumType(inner)) return chance === 98 ? 'NOPE' : inner.getValues()[rest % 3].name;
  if (isScalarType(inner)) return scalar(inner.name, chance, rest);
  return { key, type: isAbstractType(inner) ? typeName(inner, chance, rest) : undefined };
}

function keyOf(source, args, info) {
  const hasArguments = info.parentType.getFields()[info.fieldName].args.length > 0;
  return `${source?.key ?? ''}.${info.fieldName}${hasArguments ? `(${canonical(args)})` : ''}`;
}

function fieldResolver(source, args, _, info) {
  const key = keyOf(source, args, info);
  if (hash(`${key}!`) % 100 < (isNonNullType(info.returnType) ? 1 : 4)) throw new Error(`boom ${key}`);
  return value(info.returnType, key);
}

async function* events(key) {
  const h = hash(`${key}#`);
  for (let i = 0; i < h % 5; i++) yield hash(`${key}#${i}`) % 10 === 0 ? null : { key: `${key}#${i}` };
  if ((h >>> 8) % 4 === 0) throw new Error(`broken ${key}`);
}

function subscribeFieldResolver(source, args, _, info) {
  const key = keyOf(source, args, info);
  if (hash(`${key}~`) % 10 === 0) throw new Error(`closed ${key}`);
  return events(key);
}

async function follow(request) {
  // Where a condition leaves no field at the root, it fails over that.
  const opened = await subscribe({ ...request, subscribeFieldResolver }).catch(e => ({ errors: [e] }));
  if (!(Symbol.asyncIterator in opened)) return { refused: opened };
  const responses = [];
  try {
    for await (const response of opened) responses.push(response);
  } catch (e) {
    return { responses, thrown: e.message };
  }

  return { responses };
}

function complaints(parsed) {
  try {
    return validate(schema, parsed);
  } catch (e) {
    return [e]; // of a condition that depends on a variable, at the root of a subscription
  }
}

function answer({ sdl, seed: newSeed, document, variables, introspect }) {
  if (sdl) {
    schema = buildSchema(sdl);
    seed = newSeed;
    return {};
  }

  if (introspect) {
    const query = getIntrospectionQuery({ specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true, oneOf: true });
    return { query, data: execute({ schema, document: parse(query) }).data };
  }

  const parsed = parse(document);
  const errors = complaints(parsed);
  if (errors.length > 0) return { invalid: errors.map(e => e.message) };
  const request = { schema, document: parsed, rootValue: { key: '' }, variableValues: variables, fieldResolver, typeResolver: v => v.type };
  return parsed.definitions.some(d => d.operation === 'subscription') ? follow(request) : execute(request);
}

for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(await answer(JSON.parse(line))));
