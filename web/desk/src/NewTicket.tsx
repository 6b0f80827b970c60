import { type FormEvent, useState } from "react";

import { useChange } from "./change";
import { OpenDocument, type RimTicketCategory } from "./generated";
import { newKey } from "./key";
import { Sentences } from "./Sentences";
import { words } from "./words";

const CATEGORIES: RimTicketCategory[] = [
  "GENERAL",
  "LOAN",
  "TRANSACTION",
  "BILLING",
  "ACCOUNT",
  "TECHNICAL",
];

/** A customer asks for help. */
export function NewTicket({ onOpened }: { onOpened: (number: string) => void }) {
  const { send, sentences, running } = useChange(OpenDocument);
  // The same for every attempt to send this one, so that it is opened once.
  const [idempotencyKey] = useState(newKey);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const subject = String(fields.get("subject"));
    const description = String(fields.get("description"));
    const category = fields.get("category") as RimTicketCategory;
    const opened = await send({ input: { subject, description, category, idempotencyKey } });
    if (opened?.ticket) {
      onOpened(opened.ticket.ticketNumber);
    }
  }

  return (
    <form className="new" onSubmit={(event) => void submit(event)}>
      <a className="back" href="#">
        ← Tickets
      </a>
      <h2>How can we help?</h2>
      <Sentences sentences={sentences} />
      <label>
        In a line
        <input name="subject" minLength={3} maxLength={200} autoFocus required />
      </label>
      <label>
        About
        <select name="category">
          {CATEGORIES.map((category) => (
            <option key={category} value={category}>
              {words(category)}
            </option>
          ))}
        </select>
      </label>
      <label>
        What happened
        <textarea name="description" rows={6} maxLength={5000} required />
      </label>
      <button className="primary" disabled={running}>
        Send
      </button>
    </form>
  );
}
