import { type FormEvent, useState } from "react";

import { useChange } from "./change";
import { CATEGORIES, Choices, PRIORITIES } from "./Choices";
import { CustomerSearch } from "./CustomerSearch";
import { OpenDocument, type RimTicketCategory, type RimTicketPriority } from "./generated";
import { newKey } from "./key";
import { Sentences } from "./Sentences";

interface Properties {
  staff: boolean;
  onOpened: (number: string) => void;
}

/** A customer asks for help, or the desk writes down what one asks. */
export function NewTicket({ staff, onOpened }: Properties) {
  const { send, sentences, running } = useChange(OpenDocument);
  // The same for every attempt to send this one, so that it is opened once.
  const [idempotencyKey] = useState(newKey);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    const opened = await send({
      input: {
        customerId: fields.get("customer") as string | null,
        subject: String(fields.get("subject")),
        description: String(fields.get("description")),
        category: fields.get("category") as RimTicketCategory,
        priority: fields.get("priority") as RimTicketPriority | null,
        idempotencyKey,
      },
    });
    if (opened?.ticket) {
      onOpened(opened.ticket.ticketNumber);
    }
  }

  return (
    <form className="new" onSubmit={(event) => void submit(event)}>
      <a className="back" href="#">
        ← Tickets
      </a>
      <h2>{staff ? "A customer asks" : "How can we help?"}</h2>
      <Sentences sentences={sentences} />
      {staff && <CustomerSearch name="customer" />}
      <label>
        In a line
        <input name="subject" minLength={3} maxLength={200} autoFocus={!staff} required />
      </label>
      <Choices label="About" name="category" of={CATEGORIES} />
      {staff && <Choices label="Priority" name="priority" of={PRIORITIES} chosen="MEDIUM" />}
      <label>
        What happened
        <textarea name="description" rows={6} maxLength={5000} required />
      </label>
      <button className="primary" disabled={running}>
        {staff ? "Open the ticket" : "Send"}
      </button>
    </form>
  );
}
