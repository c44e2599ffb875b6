// node validate.js SCHEMA FILE…: prints, for each file, the list of what a JSON Schema of draft 2020-12 finds wrong with it, by ajv.
const { readFileSync } = require('node:fs');
const Ajv = require('ajv/dist/2020').default;
const addFormats = require('ajv-formats').default;

const [schema, ...files] = process.argv.slice(2);
const ajv = new Ajv({ allErrors: true, strict: true });
addFormats(ajv);
const validate = ajv.compile(JSON.parse(readFileSync(schema, 'utf8')));

function errorsOf(file) {
  try {
    return validate(JSON.parse(readFileSync(file, 'utf8'))) ? [] : validate.errors.map(e => `${e.instancePath} ${e.message}`);
  } catch (e) {
    return [String(e.message)];
  }
}

console.log(JSON.stringify(files.map(errorsOf)));
