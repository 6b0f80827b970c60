import { useEffect, useState } from "react";

import {
  type Demo,
  type Session,
  demo,
  login,
  loginWithCode,
  confirmLogin,
  requestLoginCode,
} from "../../session";
import { CodeForm, PasswordForm, PhoneForm } from "./LoginForms";

interface Properties {
  session: Session | null;
  onChange: (session: Session | null) => void;
}

/** Where a login stands that is not finished. */
interface Waiting {
  /** What the code is, for the label of its field. */
  label: string;
  finish: (code: string) => Promise<Session>;
}

const CODES = {
  APP: "Code of the app, or a recovery code",
  SMS: "Code of the text message",
  EMAIL: "Code of the mail",
};

/** Says who is logged in; in demo mode a switch of tenant and role, otherwise a form. */
export function SessionBar({ session, onChange }: Properties) {
  const [offer, setOffer] = useState<Demo | null>(null);
  const [refusal, setRefusal] = useState("");
  const [running, setRunning] = useState(false);
  const [byPhone, setByPhone] = useState(false);
  const [waiting, setWaiting] = useState<Waiting | null>(null);

  useEffect(() => {
    demo().then(setOffer, () => setOffer({ demo: false, logins: [] }));
  }, []);

  /** Makes one step of a login: it ends in a session, or waits for a code. */
  async function step(ask: () => Promise<Session | Waiting>) {
    setRunning(true);
    setRefusal("");
    try {
      const came = await ask();
      if ("token" in came) {
        setWaiting(null);
        setByPhone(false);
        onChange(came);
      } else {
        setWaiting(came);
      }
    } catch (error) {
      setRefusal(error instanceof Error ? error.message : String(error));
    } finally {
      setRunning(false);
    }
  }

  const enter = (input: { tenant: string; username: string; password: string }) =>
    step(async () => {
      const came = await login(input);
      if ("token" in came) {
        return came;
      }
      const { challenge, method } = came;
      return { label: CODES[method], finish: (code) => confirmLogin(challenge, code) };
    });

  const call = (input: { tenant: string; phone: string }) =>
    step(async () => {
      await requestLoginCode(input);
      const label = `Code that was sent to ${input.phone}`;
      return { label, finish: (code) => loginWithCode({ ...input, code }) };
    });

  function leave() {
    setRefusal("");
    setWaiting(null);
    setByPhone(false);
    onChange(null);
  }

  const isOut = offer !== null && !session;
  return (
    <header className="session">
      <strong>bizgraph</strong>
      {offer?.demo && !waiting && !byPhone && (
        <Switch offer={offer} session={session} onEnter={enter} onLeave={leave} />
      )}
      {isOut && !offer.demo && !waiting && !byPhone && (
        <PasswordForm running={running} onEnter={enter} />
      )}
      {isOut && !waiting && byPhone && <PhoneForm running={running} onCall={call} />}
      {waiting && (
        <CodeForm
          label={waiting.label}
          running={running}
          onCode={(code) => step(() => waiting.finish(code))}
        />
      )}
      {isOut && (waiting || byPhone) && (
        <button type="button" onClick={leave}>
          Cancel
        </button>
      )}
      {isOut && !waiting && !byPhone && (
        <button type="button" onClick={() => setByPhone(true)}>
          By phone
        </button>
      )}
      <span className="who" role="status">
        {running ? "Logging in…" : refusal || describe(session)}
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
  return [
    `Logged in as ${session.username} (${session.role}) of ${session.tenant}.`,
    session.mustChangePassword && "Change the password first.",
    session.mustEnrolSecondFactor && "Set up a second factor first (enrolSecondFactor).",
    session.recoveryCodesLeft != null && `Recovery codes left: ${session.recoveryCodesLeft}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

interface SwitchProperties {
  offer: Demo;
  session: Session | null;
  onEnter: (input: { tenant: string; username: string; password: string }) => void;
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
    // Whoever was there leaves, whatever becomes of the next login.
    onLeave();
    onEnter({ tenant: person.tenant, username: person.username, password: person.password });
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
