import { type FormEvent, useState } from "react";

import { useChange } from "./change";
import { ConfirmSecondFactorDocument, EnrolSecondFactorDocument } from "./generated";
import { Sentences } from "./Sentences";

interface Properties {
  onDone: () => void;
  onLeave: () => void;
}

/** Sets up a second factor, before which the server allows nothing else. */
export function SecondFactor({ onDone, onLeave }: Properties) {
  const [said, setSaid] = useState<{ sentTo: string | null; secret: string } | null>(null);
  const [recoveryCodes, setRecoveryCodes] = useState<readonly string[]>([]);
  if (recoveryCodes.length > 0) {
    return <RecoveryCodes codes={recoveryCodes} onKept={onDone} />;
  }
  return (
    <main className="login">
      {said ? (
        <First {...said} onConfirmed={setRecoveryCodes} />
      ) : (
        <Begin onBegun={(sentTo, secret) => setSaid({ sentTo, secret })} />
      )}
      <button onClick={onLeave}>Log out</button>
    </main>
  );
}

function Begin({ onBegun }: { onBegun: (sentTo: string | null, secret: string) => void }) {
  const { send, sentences, running } = useChange(EnrolSecondFactorDocument);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const chosen = (event.nativeEvent as SubmitEvent).submitter;
    const fields = new FormData(event.currentTarget, chosen);
    const password = String(fields.get("password"));
    // Without one it is the organisation's own.
    const method = fields.has("app") ? "APP" : undefined;
    const begun = await send({ input: { password, method } });
    if (begun) {
      const { searchParams } = new URL(begun.otpauthUri ?? "otpauth://none");
      onBegun(begun.sentTo, searchParams.get("secret") ?? "");
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>Set up a second factor</h1>
      <p>Your organisation asks for a code beside the password. It begins with your password.</p>
      <Sentences sentences={sentences} />
      <label>
        Password
        <input name="password" type="password" autoComplete="current-password" autoFocus required />
      </label>
      <button className="primary" disabled={running}>
        Go on
      </button>
      <button name="app" disabled={running}>
        Use an app instead
      </button>
    </form>
  );
}

interface FirstProperties {
  /** Where the code was sent; null for an app. */
  sentTo: string | null;
  /** What an app takes. */
  secret: string;
  onConfirmed: (recoveryCodes: readonly string[]) => void;
}

function First({ sentTo, secret, onConfirmed }: FirstProperties) {
  const { send, sentences, running } = useChange(ConfirmSecondFactorDocument);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const code = String(new FormData(event.currentTarget).get("code")).trim();
    const confirmed = await send({ input: { code } });
    if (confirmed?.recoveryCodes) {
      onConfirmed(confirmed.recoveryCodes);
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <h1>Enter its first code</h1>
      {sentTo ? (
        <p>A code was sent to {sentTo}.</p>
      ) : (
        <p>
          Give this key to your authenticator app: <code>{secret}</code>
        </p>
      )}
      <Sentences sentences={sentences} />
      <label>
        Code
        <input name="code" autoComplete="one-time-code" inputMode="numeric" autoFocus required />
      </label>
      <button className="primary" disabled={running}>
        Confirm
      </button>
    </form>
  );
}

function RecoveryCodes({ codes, onKept }: { codes: readonly string[]; onKept: () => void }) {
  return (
    <main className="login">
      <section className="recovery">
        <h1>Keep these codes</h1>
        <p>Each lets you in once, on the day when the phone is lost. They are shown only now.</p>
        <ul>
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <button className="primary" onClick={onKept}>
          I have kept them
        </button>
      </section>
    </main>
  );
}
