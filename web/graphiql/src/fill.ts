import { send } from "../../session";

/** An operation of the side list. */
export interface Example {
  section: string;
  name: string;
  module: string;
  /** Whose work it is: a username of the demo world, or `nobody` for who is not logged in. */
  as?: string;
  query: string;
  /** Finds the rows that the variables name, such as `{{asset}}`. */
  find?: string;
  variables: object;
}

type Found = Record<string, any>;

/** A place in the variables; one that is a whole text can take a number. */
const PLACES = /"\{\{([^{}]+)\}\}"|\{\{([^{}]+)\}\}/g;

/**
 * The example's variables as text, with keys, the ids of rows that fit, and fields of the answer
 * before, such as `{{answer.challenge}}`, in their places.
 */
export async function fill(example: Example, token: string | undefined, answer: string) {
  const text = JSON.stringify(example.variables, null, 2);
  if (text === "{}") {
    return "";
  }
  const found = example.find ? await look(example.find, token) : {};
  return text.replaceAll(PLACES, (_, whole?: string, part?: string) =>
    whole ? JSON.stringify(value(whole, found, answer)) : `${value(part ?? "", found, answer)}`,
  );
}

function value(name: string, found: Found, answer: string): unknown {
  if (name === "new key") {
    return crypto.randomUUID();
  }
  if (name === "new serial") {
    return crypto.randomUUID().slice(0, 8).toUpperCase();
  }
  if (name === "your code") {
    return "write your code here";
  }
  const [first = "", field] = name.split(".");
  if (first === "answer") {
    return new RegExp(`"${field}": "([^"]+)"`).exec(answer)?.[1] ?? "run the step before first";
  }
  const row = found[first]?.nodes[0];
  const wanted = field ? row?.[field] : row;
  const inner = wanted?.nodes?.[0] ?? wanted;
  return inner?.id ?? inner ?? `there is no ${first} that fits`;
}

async function look(query: string, token?: string): Promise<Found> {
  const { answer } = await send({ query }, token);
  return Object.assign({}, ...Object.values(answer?.data ?? {}).map((part) => part ?? {}));
}
