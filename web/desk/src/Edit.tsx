import { useId, useState } from "react";

import { useChange } from "./change";
import { CATEGORIES, Choices, PRIORITIES } from "./Choices";
import { Dialog } from "./Dialog";
import { type RimTicketCategory, type RimTicketPriority, UpdateDocument } from "./generated";
import type { WholeTicket } from "./Ticket";

/** Changes what is known of a ticket: its subject, category, priority and tags. */
export function Edit({ ticket, onChanged }: { ticket: WholeTicket; onChanged: () => void }) {
  const { send, sentences, running, forget } = useChange(UpdateDocument);
  // The version that the person saw: what a colleague changed meanwhile is not overwritten.
  const [version, setVersion] = useState<number | null>(null);
  const why = useId();
  const isClosed = ticket.status === "CLOSED";

  function open() {
    forget();
    setVersion(ticket.version);
  }

  async function change(expectedVersion: number, fields: Record<string, string>) {
    const input = {
      ticketId: ticket.id,
      expectedVersion,
      subject: fields.subject,
      category: fields.category as RimTicketCategory,
      priority: fields.priority as RimTicketPriority,
      tags: (fields.tags ?? "").split(",").flatMap((tag) => tag.trim() || []),
    };
    if (await send({ input })) {
      setVersion(null);
      onChanged();
    }
  }

  return (
    <li>
      <button disabled={isClosed} aria-describedby={isClosed ? why : undefined} onClick={open}>
        Change
      </button>
      {isClosed && <small id={why}>A closed ticket is a record; reopen it first.</small>}
      {version !== null && (
        <Dialog
          title="Change"
          sentences={sentences}
          running={running}
          onSend={(fields) => void change(version, fields)}
          onCancel={() => setVersion(null)}
        >
          <label>
            Subject
            <input name="subject" defaultValue={ticket.subject} required />
          </label>
          <Choices label="Category" name="category" of={CATEGORIES} chosen={ticket.category} />
          <Choices label="Priority" name="priority" of={PRIORITIES} chosen={ticket.priority} />
          <label>
            Tags, with commas between them
            <input name="tags" defaultValue={ticket.tags.join(", ")} />
          </label>
        </Dialog>
      )}
    </li>
  );
}
