import { type FormEvent } from "react";

import { useChange } from "./change";
import { ChangePasswordDocument } from "./generated";
import { Sentences } from "./Sentences";

interface Properties {
  onChanged: () => void;
  onLeave: () => void;
}

/** Asks for a password of one's own, before which the server allows nothing else. */
export function NewPassword({ onChanged, onLeave }: Properties) {
  const { send, sentences, running } = useChange(ChangePasswordDocument);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const currentPassword = String(fields.get("current"));
    const newPassword = String(fields.get("new"));
    if (await send({ input: { currentPassword, newPassword } })) {
      onChanged();
    }
  }

  return (
    <main className="login">
      <form onSubmit={(event) => void submit(event)}>
        <h1>Choose your own password</h1>
        <p>The one you have was made for you and works once.</p>
        <Sentences sentences={sentences} />
        <label>
          The password you have
          <input
            name="current"
            type="password"
            autoComplete="current-password"
            autoFocus
            required
          />
        </label>
        <label>
          A new one
          <input name="new" type="password" autoComplete="new-password" required />
        </label>
        <button className="primary" disabled={running}>
          Change it
        </button>
      </form>
      <button onClick={onLeave}>Log out</button>
    </main>
  );
}
