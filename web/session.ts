/** Who is logged in. It lives as long as the browser's tab. */
export interface Session {
  token: string;
  tenant: string;
  username: string;
  role: string | null;
  mustChangePassword: boolean;
}

/** A login that the demo world offers. */
export interface DemoLogin {
  tenant: string;
  username: string;
  role: string;
  password: string;
}

/** Whether the server shows a demo world, and whom one can be in it. */
export interface Demo {
  demo: boolean;
  logins: DemoLogin[];
}

interface Answer {
  data?: { login?: Login | null } | null;
  errors?: { message: string }[];
}

interface Login {
  token: string | null;
  mustChangePassword: boolean | null;
  userErrors: { message: string }[];
}

const place = "bizgraph.session";

const loginMutation = `mutation Login($input: LoginInput!) {
  login(input: $input) {
    token
    expiresAt
    mustChangePassword
    userErrors { code message field }
  }
}`;

export function kept(): Session | null {
  try {
    return JSON.parse(sessionStorage.getItem(place) ?? "null");
  } catch {
    return null;
  }
}

export function keep(session: Session) {
  sessionStorage.setItem(place, JSON.stringify(session));
}

export function forget() {
  sessionStorage.removeItem(place);
}

/** Sends one GraphQL request; what is no JSON becomes an error that GraphiQL can show. */
export async function send(
  request: object,
  token?: string,
  headers?: Record<string, string>,
): Promise<{ status: number; answer: any }> {
  const response = await fetch("/graphql", {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/graphql-response+json, application/json",
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: JSON.stringify(request),
  });
  const text = await response.text();
  try {
    return { status: response.status, answer: JSON.parse(text) };
  } catch {
    const message = `The server answered ${response.status}: ${text}`;
    return { status: response.status, answer: { errors: [{ message }] } };
  }
}

/** Asks the server who can be logged in as. */
export async function demo(): Promise<Demo> {
  const response = await fetch("/graphiql/demo.json");
  return response.ok ? response.json() : { demo: false, logins: [] };
}

/** Logs in; a refusal is thrown with the server's own sentence. */
export async function login(
  input: { tenant: string; username: string; password: string },
  role: string | null,
): Promise<Session> {
  const { answer } = await send({ query: loginMutation, variables: { input } });
  const { data, errors } = answer as Answer;
  const result = data?.login;
  if (!result?.token) {
    const refusals = [...(result?.userErrors ?? []), ...(errors ?? [])];
    throw new Error(refusals.map((refusal) => refusal.message).join(" ") || "Not logged in.");
  }
  return {
    token: result.token,
    tenant: input.tenant,
    username: input.username,
    role,
    mustChangePassword: result.mustChangePassword ?? false,
  };
}
