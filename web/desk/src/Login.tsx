import { useEffect, useState } from "react";

import {
  type Demo,
  type DemoLogin,
  type SecondStep,
  type Session,
  confirmLogin,
  demo,
  login,
  loginWithCode,
  requestLoginCode,
  sendAgain,
} from "../../session";
import { type Code, CodeStep, PasswordStep, PhoneStep, TENANT } from "./LoginSteps";
import { Sentences } from "./Sentences";

interface Properties {
  /** The session before this one was ended by the server. */
  ended: boolean;
  onEnter: (session: Session) => void;
}

const NOBODY: Demo = { demo: false, logins: [] };

/** Asks who is there: by name and password, or by phone; then for a code, where one is needed. */
export function Login({ ended, onEnter }: Properties) {
  const [offer, setOffer] = useState(NOBODY);
  const [way, setWay] = useState<"password" | "phone">("password");
  const [code, setCode] = useState<Code | null>(null);
  const [sentences, setSentences] = useState<string[]>([]);
  const [running, setRunning] = useState(false);

  useEffect(() => {
    demo().then(setOffer, () => setOffer(NOBODY));
  }, []);

  /** Makes one step of the login; a refusal leaves it where it is. */
  async function step(ask: () => Promise<Session | Code>) {
    setRunning(true);
    setSentences([]);
    try {
      const came = await ask();
      if ("token" in came) {
        onEnter(came);
        return;
      }
      setCode(came);
    } catch (error) {
      setSentences([error instanceof Error ? error.message : String(error)]);
    }
    setRunning(false);
  }

  const enter = (input: { tenant: string; username: string; password: string }) =>
    void step(async () => {
      const came = await login(input);
      return "token" in came ? came : secondFactor(came);
    });

  const call = (input: { tenant: string; phone: string }) => void step(() => codeByPhone(input));

  function back() {
    setCode(null);
    setSentences([]);
  }

  function turn(next: "password" | "phone") {
    setWay(next);
    setSentences([]);
  }

  const offered = offer.logins.filter(({ tenant, role }) => tenant === TENANT && answers(role));
  return (
    <main className="login">
      {ended && <p role="status">Your session has ended. Log in to go on.</p>}
      {code && (
        <CodeStep code={code} running={running} onStep={step} onBack={back}>
          <Sentences sentences={sentences} />
          {offer.demo && code.isSent && (
            <p>
              Demo: messages are only recorded. An administrator reads the code in GraphiQL, where
              an example shows how.
            </p>
          )}
        </CodeStep>
      )}
      {!code && way === "password" && (
        <PasswordStep running={running} onEnter={enter} onPhone={() => turn("phone")}>
          <Sentences sentences={sentences} />
        </PasswordStep>
      )}
      {!code && way === "phone" && (
        <PhoneStep running={running} onCall={call} onPassword={() => turn("password")}>
          <Sentences sentences={sentences} />
        </PhoneStep>
      )}
      {!code && offered.length > 0 && (
        <Offered logins={offered} running={running} onEnter={enter} />
      )}
    </main>
  );
}

/** The step after a right password. */
function secondFactor(step: SecondStep): Code {
  const { challenge, method, sentTo } = step;
  const isSent = method !== "APP";
  const said = isSent ? `A code was sent to ${sentTo}.` : "Your authenticator app shows a code.";
  return {
    said: `${said} A recovery code works, too.`,
    isSent,
    finish: (code) => confirmLogin(challenge, code),
    again: isSent
      ? async () => secondFactor({ ...step, sentTo: await sendAgain(challenge) })
      : undefined,
  };
}

/** Sends a customer a code, and the step after it. */
async function codeByPhone(input: { tenant: string; phone: string }): Promise<Code> {
  await requestLoginCode(input);
  return {
    said: `If ${input.phone} is known to us, a code is on its way. It works for five minutes.`,
    isSent: true,
    finish: (code) => loginWithCode({ ...input, code }),
    again: () => codeByPhone(input),
  };
}

interface OfferedProperties {
  logins: DemoLogin[];
  running: boolean;
  onEnter: (login: DemoLogin) => void;
}

function Offered({ logins, running, onEnter }: OfferedProperties) {
  return (
    <section aria-labelledby="demo">
      <h2 id="demo">Demo: log in as</h2>
      <ul>
        {logins.map((login) => (
          <li key={login.username}>
            <button disabled={running} onClick={() => onEnter(login)}>
              {login.username} <small>{login.role.replaceAll("_", " ")}</small>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whether people of a role have anything to do at the desk. */
function answers(role: string): boolean {
  return ["support_agent", "support_lead", "operations_manager", "customer"].includes(role);
}
