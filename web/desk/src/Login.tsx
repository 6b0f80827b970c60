import { type FormEvent, useEffect, useState } from "react";

import { type DemoLogin, type Session, demo, login } from "../../session";
import { Sentences } from "./Sentences";

/** The tenant that runs the desk, unless another is named. */
const TENANT = "rim";

interface Properties {
  /** The session before this one was ended by the server. */
  ended: boolean;
  onEnter: (session: Session) => void;
}

/** Asks for tenant, name and password; in a demo world everybody can be chosen. */
export function Login({ ended, onEnter }: Properties) {
  const [offered, setOffered] = useState<DemoLogin[]>([]);
  const [sentences, setSentences] = useState<string[]>([]);
  const [waiting, setWaiting] = useState(false);

  useEffect(() => {
    const show = (logins: DemoLogin[]) =>
      setOffered(logins.filter(({ tenant, role }) => tenant === TENANT && answers(role)));
    demo().then(
      ({ logins }) => show(logins),
      () => show([]),
    );
  }, []);

  async function enter(tenant: string, username: string, password: string) {
    setWaiting(true);
    setSentences([]);
    try {
      onEnter(await login({ tenant, username, password }, null));
    } catch (error) {
      setSentences([error instanceof Error ? error.message : String(error)]);
      setWaiting(false);
    }
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const field = (name: string) => String(fields.get(name) ?? "");
    void enter(field("tenant"), field("username"), field("password"));
  }

  return (
    <main className="login">
      <form onSubmit={submit}>
        <h1>Support desk</h1>
        {ended && <p role="status">Your session has ended. Log in to go on.</p>}
        <Sentences sentences={sentences} />
        <label>
          Organisation
          <input name="tenant" defaultValue={TENANT} autoCapitalize="none" required />
        </label>
        <label>
          Username, or phone number of a customer
          <input name="username" autoComplete="username" autoCapitalize="none" autoFocus required />
        </label>
        <label>
          Password
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button className="primary" disabled={waiting}>
          {waiting ? "Logging in…" : "Log in"}
        </button>
      </form>
      {offered.length > 0 && (
        <section aria-labelledby="demo">
          <h2 id="demo">Demo: log in as</h2>
          <ul>
            {offered.map(({ tenant, username, password, role }) => (
              <li key={username}>
                <button disabled={waiting} onClick={() => void enter(tenant, username, password)}>
                  {username} <small>{role.replaceAll("_", " ")}</small>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
    </main>
  );
}

/** Whether people of a role have anything to do at the desk. */
function answers(role: string): boolean {
  return ["support_agent", "support_lead", "operations_manager", "customer"].includes(role);
}
