// Reads a description from standard input, and fails where it is not OpenAPI's.
import { text } from "node:stream/consumers";
import { Validator } from "@seriousme/openapi-schema-validator";

const validator = new Validator();
const result = await validator.validate(JSON.parse(await text(process.stdin)));
console.log(JSON.stringify({ valid: result.valid, version: validator.version, errors: result.errors }));
process.exit(result.valid ? 0 : 1);
