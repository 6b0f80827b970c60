/** Who is logged in. It lives as long as the browser's tab. */
export interface Session {
  token: string;
  tenant: string;
  username: string;
  role: string;
  mustChangePassword: boolean;
  /** Nothing is allowed before a second factor is set up. */
  mustEnrolSecondFactor: boolean;
  /** How many recovery codes are left, where one of them was used just now. */
  recoveryCodesLeft: number | null;
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

/** A login whose password was right and that waits for a code. */
export interface SecondStep {
  challenge: string;
  method: "APP" | "SMS" | "EMAIL";
  /** Where the code was sent, the most of it hidden; null for an app. */
  sentTo: string | null;
}

interface Refusal {
  message: string;
}

/** What a mutation of the door answers, as far as a page uses it. */
interface Payload {
  token?: string | null;
  mustChangePassword?: boolean | null;
  mustEnrolSecondFactor?: boolean | null;
  recoveryCodesLeft?: number | null;
  secondFactor?: SecondStep | null;
  sentTo?: string | null;
  viewer?: { username: string; role: string; tenant?: { slug: string } } | null;
  userErrors?: Refusal[];
}

const place = "bizgraph.session";

const ENTERED = `token mustChangePassword mustEnrolSecondFactor recoveryCodesLeft
  secondFactor { challenge method sentTo }
  viewer { username role tenant { slug } }`;

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

/** Logs in by a password; who has a second factor is asked for it next. */
export async function login({
  tenant,
  username,
  password,
}: {
  tenant: string;
  username: string;
  password: string;
}): Promise<Session | SecondStep> {
  const payload = await knock("login", ENTERED, { tenant, username, password });
  return payload.secondFactor ?? entered(payload);
}

/** Proves the second factor, by a code of the app, one that was sent, or a recovery code. */
export async function confirmLogin(challenge: string, code: string): Promise<Session> {
  return entered(await knock("confirmLogin", ENTERED, { challenge, code }));
}

/** Sends another code of a second factor and answers where it went. */
export async function sendAgain(challenge: string): Promise<string> {
  const { sentTo } = settled(await knock("sendSecondFactorCode", "sentTo", { challenge }));
  return sentTo ?? "";
}

/** Sends a customer's phone a code, if anybody has the number. */
export async function requestLoginCode(input: { tenant: string; phone: string }) {
  settled(await knock("requestLoginCode", "expiresAt", input));
}

/** Logs a customer in by the code that was sent. */
export async function loginWithCode(input: {
  tenant: string;
  phone: string;
  code: string;
}): Promise<Session> {
  return entered(await knock("loginWithCode", ENTERED, input));
}

/** The session that any answer opened, such as that of a login that somebody wrote by hand. */
export function sessionOf(answer: any): Session | null {
  const payloads: (Payload | null)[] = Object.values(answer?.data ?? {});
  const payload = payloads.find((payload) => payload?.token && payload.viewer?.tenant);
  return payload ? entered(payload) : null;
}

/** Calls a mutation that nobody has to be logged in for. */
async function knock(mutation: string, shown: string, input: object): Promise<Payload> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const query = `mutation($input: ${type}!) {
    it: ${mutation}(input: $input) { ${shown} userErrors { message } }
  }`;
  const { answer } = await send({ query, variables: { input } });
  return answer.data?.it ?? { userErrors: answer.errors };
}

/** The session of a login; a refusal is thrown with the server's own sentences. */
function entered(payload: Payload): Session {
  const { token, viewer } = settled(payload);
  if (!token || !viewer) {
    throw new Error("Not logged in.");
  }
  return {
    token,
    tenant: viewer.tenant?.slug ?? "",
    username: viewer.username,
    role: viewer.role,
    mustChangePassword: payload.mustChangePassword ?? false,
    mustEnrolSecondFactor: payload.mustEnrolSecondFactor ?? false,
    recoveryCodesLeft: payload.recoveryCodesLeft ?? null,
  };
}

function settled(payload: Payload): Payload {
  const refusals = payload.userErrors ?? [];
  if (refusals.length > 0) {
    throw new Error(refusals.map(({ message }) => message).join(" "));
  }
  return payload;
}
