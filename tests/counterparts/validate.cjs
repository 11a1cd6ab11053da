// Reads {"schema": …, "document": …} from standard input and writes what the schema refuses, as JSON.
// Microsoft's schemas are of draft 4, the others of draft 7.
const [Draft4, Draft7, formats] = ["ajv-draft-04", "ajv", "ajv-formats"].map((name) => require(name).default);
const { schema, document } = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const Draft = (schema.$schema ?? "").includes("draft-04") ? Draft4 : Draft7;
const ajv = new Draft({ strict: false, allErrors: true, unicodeRegExp: false });
formats(ajv);
const check = ajv.compile(schema);
check(document);
console.log(JSON.stringify((check.errors ?? []).map((one) => `${one.instancePath} ${one.message}`)));
