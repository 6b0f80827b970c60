// Writes src/generated.ts: the operations of src/operations, typed by the server's own schema.
import { readFileSync, readdirSync, writeFileSync } from "node:fs";

import { codegen } from "@graphql-codegen/core";
import * as documents from "@graphql-codegen/typed-document-node";
import * as types from "@graphql-codegen/typescript";
import * as operations from "@graphql-codegen/typescript-operations";
import { parse } from "graphql";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");
const folder = new URL("src/operations/", import.meta.url);

const output = await codegen({
  filename: "src/generated.ts",
  schema: parse(read("../../schema.graphql")),
  documents: readdirSync(folder).map((file) => ({
    location: file,
    document: parse(read(`src/operations/${file}`)),
  })),
  plugins: [{ types: {} }, { operations: {} }, { documents: {} }],
  pluginMap: { types, operations, documents },
  config: {
    useTypeImports: true,
    onlyOperationTypes: true,
    enumsAsTypes: true,
    skipTypename: true,
    avoidOptionals: { field: true },
    // Money, dates and ids are text.
    defaultScalarType: "string",
    scalars: { JSON: "unknown" },
  },
});
writeFileSync(new URL("src/generated.ts", import.meta.url), output);
