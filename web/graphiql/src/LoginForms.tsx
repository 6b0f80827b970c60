import { type FormEvent, type InputHTMLAttributes, type ReactNode } from "react";

interface PasswordProperties {
  running: boolean;
  onEnter: (input: { tenant: string; username: string; password: string }) => void;
}

/** Asks for a tenant, a name and a password. */
export function PasswordForm({ running, onEnter }: PasswordProperties) {
  return (
    <Form
      running={running}
      verb="Log in"
      onFields={(field) =>
        onEnter({
          tenant: field("tenant"),
          username: field("username"),
          password: field("password"),
        })
      }
    >
      <Field name="tenant" label="Tenant" />
      <Field name="username" label="Username" autoComplete="username" />
      <Field
        name="password"
        label="Password"
        type="password"
        autoComplete="current-password"
      />
    </Form>
  );
}

interface PhoneProperties {
  running: boolean;
  onCall: (input: { tenant: string; phone: string }) => void;
}

/** Asks a customer for the phone number that a code is sent to. */
export function PhoneForm({ running, onCall }: PhoneProperties) {
  return (
    <Form
      running={running}
      verb="Send a code"
      onFields={(field) => onCall({ tenant: field("tenant"), phone: field("phone") })}
    >
      <Field name="tenant" label="Tenant" />
      <Field name="phone" label="Phone number" type="tel" autoComplete="tel" autoFocus />
    </Form>
  );
}

interface CodeProperties {
  /** Where the code comes from. */
  label: string;
  running: boolean;
  onCode: (code: string) => void;
}

/** Asks for a code. */
export function CodeForm({ label, running, onCode }: CodeProperties) {
  return (
    <Form running={running} verb="Log in" onFields={(field) => onCode(field("code").trim())}>
      <label>
        {label} <input name="code" autoComplete="one-time-code" autoFocus required />
      </label>
    </Form>
  );
}

interface FormProperties {
  running: boolean;
  verb: string;
  onFields: (field: (name: string) => string) => void;
  children: ReactNode;
}

function Form({ running, verb, onFields, children }: FormProperties) {
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    onFields((name) => String(fields.get(name) ?? ""));
  }
  return (
    <form onSubmit={submit}>
      {children}
      <button type="submit" disabled={running}>
        {verb}
      </button>
    </form>
  );
}

function Field({ label, ...others }: { label: string } & InputHTMLAttributes<HTMLInputElement>) {
  return <input placeholder={label.toLowerCase()} aria-label={label} required {...others} />;
}
