import { type FormEvent, type ReactNode, useState } from "react";

import type { Session } from "../../session";

/** The tenant that runs the desk, unless another is named. */
export const TENANT = "rim";

/** A code that is waited for. */
export interface Code {
  /** Where it comes from, as a sentence. */
  said: string;
  /** Whether it came in a message. */
  isSent: boolean;
  finish: (code: string) => Promise<Session>;
  /** Sends another one. */
  again?: () => Promise<Code>;
}

interface StepProperties {
  running: boolean;
  /** What stands against it. */
  children: ReactNode;
}

interface PasswordProperties extends StepProperties {
  onEnter: (input: { tenant: string; username: string; password: string }) => void;
  onPhone: () => void;
}

/** Asks for organisation, name and password. */
export function PasswordStep({ running, children, onEnter, onPhone }: PasswordProperties) {
  return (
    <form
      onSubmit={(event) => {
        const { tenant, username, password } = fieldsOf(event);
        onEnter({ tenant, username, password });
      }}
    >
      <h1>Support desk</h1>
      {children}
      <Organisation />
      <label>
        Username
        <input name="username" autoComplete="username" autoCapitalize="none" autoFocus required />
      </label>
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button className="primary" disabled={running}>
        {running ? "Logging in…" : "Log in"}
      </button>
      <button type="button" onClick={onPhone}>
        I am a customer
      </button>
    </form>
  );
}

interface PhoneProperties extends StepProperties {
  onCall: (input: { tenant: string; phone: string }) => void;
  onPassword: () => void;
}

/** Asks a customer for the number that a code is sent to. */
export function PhoneStep({ running, children, onCall, onPassword }: PhoneProperties) {
  return (
    <form
      onSubmit={(event) => {
        const { tenant, phone } = fieldsOf(event);
        onCall({ tenant, phone });
      }}
    >
      <h1>Help for customers</h1>
      {children}
      <Organisation />
      <label>
        Your phone number
        <input name="phone" type="tel" autoComplete="tel" autoFocus required />
      </label>
      <button className="primary" disabled={running}>
        {running ? "Sending…" : "Send me a code"}
      </button>
      <button type="button" onClick={onPassword}>
        I work at the desk
      </button>
    </form>
  );
}

interface CodeProperties extends StepProperties {
  code: Code;
  onStep: (ask: () => Promise<Session | Code>) => Promise<void>;
  onBack: () => void;
}

/** Asks for a code. */
export function CodeStep({ code, running, children, onStep, onBack }: CodeProperties) {
  const [typed, setTyped] = useState("");
  const { finish, again } = code;

  function renew(ask: () => Promise<Code>) {
    setTyped("");
    void onStep(ask);
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void onStep(() => finish(typed.trim()));
      }}
    >
      <h1>Enter the code</h1>
      <p>{code.said}</p>
      {children}
      <label>
        Code
        <input
          value={typed}
          autoComplete="one-time-code"
          autoCapitalize="none"
          autoFocus
          required
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <button className="primary" disabled={running}>
        {running ? "Checking…" : "Log in"}
      </button>
      {again && (
        <button type="button" disabled={running} onClick={() => renew(again)}>
          Send another code
        </button>
      )}
      <button type="button" onClick={onBack}>
        Begin again
      </button>
    </form>
  );
}

function Organisation() {
  return (
    <label>
      Organisation
      <input name="tenant" defaultValue={TENANT} autoCapitalize="none" required />
    </label>
  );
}

type Fields = Record<"tenant" | "username" | "password" | "phone", string>;

/** What was typed into a form, which is not sent by the browser. */
function fieldsOf(event: FormEvent<HTMLFormElement>): Fields {
  event.preventDefault();
  return Object.fromEntries(new FormData(event.currentTarget)) as Fields;
}
