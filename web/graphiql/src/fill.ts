import { send } from "../../session";

/** An operation of the side list. */
export interface Example {
  section: string;
  name: string;
  module: string;
  /** Whose work it is: a username of the demo world. */
  as?: string;
  query: string;
  /** Finds the rows that the variables name, such as `{{asset}}`. */
  find?: string;
  variables: object;
}

type Found = Record<string, any>;

/** The example's variables as text, with keys and the ids of rows that fit in their places. */
export async function fill(example: Example, token?: string): Promise<string> {
  const text = JSON.stringify(example.variables, null, 2);
  if (text === "{}") {
    return "";
  }
  const found = example.find ? await look(example.find, token) : {};
  return text.replaceAll(/\{\{([^{}]+)\}\}/g, (_, name: string) => value(name, found));
}

function value(name: string, found: Found): string {
  if (name === "new key") {
    return crypto.randomUUID();
  }
  if (name === "new serial") {
    return crypto.randomUUID().slice(0, 8).toUpperCase();
  }
  const [first = "", field] = name.split(".");
  const row = found[first]?.nodes[0];
  const wanted = field ? row?.[field] : row;
  const inner = wanted?.nodes?.[0] ?? wanted;
  return inner?.id ?? inner ?? `there is no ${first} that fits`;
}

async function look(query: string, token?: string): Promise<Found> {
  const { answer } = await send({ query }, token);
  return Object.assign({}, ...Object.values(answer?.data ?? {}).map((part) => part ?? {}));
}
