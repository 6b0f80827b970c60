import { type FormEvent, useEffect, useState } from "react";

import { type Demo, type Session, demo, login } from "../../session";

type Enter = (
  input: { tenant: string; username: string; password: string },
  role: string | null,
) => void;

interface Properties {
  session: Session | null;
  onChange: (session: Session | null) => void;
}

/** Says who is logged in; in demo mode a switch of tenant and role, otherwise a form. */
export function SessionBar({ session, onChange }: Properties) {
  const [offer, setOffer] = useState<Demo | null>(null);
  const [refusal, setRefusal] = useState("");
  const [waiting, setWaiting] = useState(false);

  useEffect(() => {
    demo().then(setOffer, () => setOffer({ demo: false, logins: [] }));
  }, []);

  const enter: Enter = async (input, role) => {
    setWaiting(true);
    setRefusal("");
    try {
      onChange(await login(input, role));
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    } finally {
      setWaiting(false);
    }
  };

  function leave() {
    setRefusal("");
    onChange(null);
  }

  return (
    <header className="session">
      <strong>bizgraph</strong>
      {offer?.demo && <Switch offer={offer} session={session} onEnter={enter} onLeave={leave} />}
      {offer && !offer.demo && !session && <Form waiting={waiting} onEnter={enter} />}
      <span className="who" role="status">
        {waiting ? "Logging in…" : refusal || describe(session)}
      </span>
      {session && (
        <button type="button" onClick={leave}>
          Log out
        </button>
      )}
    </header>
  );
}

function describe(session: Session | null): string {
  if (!session) {
    return "Not logged in: only the platform's own part of the schema is visible.";
  }
  const role = session.role ? ` (${session.role})` : "";
  const duty = session.mustChangePassword ? " Change the password first." : "";
  return `Logged in as ${session.username}${role} of ${session.tenant}.${duty}`;
}

interface SwitchProperties {
  offer: Demo;
  session: Session | null;
  onEnter: Enter;
  onLeave: () => void;
}

function Switch({ offer, session, onEnter, onLeave }: SwitchProperties) {
  const tenants = [...new Set(offer.logins.map((person) => person.tenant))];
  const current = offer.logins.findIndex(
    (person) => person.tenant === session?.tenant && person.username === session.username,
  );
  function choose(index: string) {
    const person = offer.logins[Number(index)];
    if (index === "" || !person) {
      onLeave();
      return;
    }
    const { tenant, username, password } = person;
    onEnter({ tenant, username, password }, person.role);
  }
  return (
    <label>
      Log in as{" "}
      <select
        value={current < 0 ? "" : String(current)}
        onChange={(event) => choose(event.target.value)}
      >
        <option value="">nobody</option>
        {tenants.map((tenant) => (
          <optgroup key={tenant} label={tenant}>
            {offer.logins.map(
              (person, index) =>
                person.tenant === tenant && (
                  <option key={person.username} value={index}>
                    {person.role} ({person.username})
                  </option>
                ),
            )}
          </optgroup>
        ))}
      </select>
    </label>
  );
}

interface FormProperties {
  waiting: boolean;
  onEnter: Enter;
}

function Form({ waiting, onEnter }: FormProperties) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const field = (name: string) => String(fields.get(name) ?? "");
    onEnter(
      { tenant: field("tenant"), username: field("username"), password: field("password") },
      null,
    );
  }
  return (
    <form onSubmit={submit}>
      <input name="tenant" placeholder="tenant" aria-label="Tenant" required />
      <input
        name="username"
        placeholder="username"
        aria-label="Username"
        autoComplete="username"
        required
      />
      <input
        name="password"
        type="password"
        placeholder="password"
        aria-label="Password"
        autoComplete="current-password"
        required
      />
      <button type="submit" disabled={waiting}>
        Log in
      </button>
    </form>
  );
}
