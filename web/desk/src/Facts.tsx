import { useState } from "react";

import { HistoryDocument } from "./generated";
import { useReading } from "./reading";
import type { WholeTicket } from "./Ticket";
import { shortly, verb, wholly, words } from "./words";

/** Who asks, and what was done. */
export function Facts({ ticket, staff }: { ticket: WholeTicket; staff: boolean }) {
  const { customer } = ticket;
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      {staff && (
        <section aria-labelledby="customer">
          <h3 id="customer">Customer</h3>
          <dl>
            <Fact name="Name" value={ticket.customerName} />
            <Fact name="Phone" value={ticket.customerPhone} />
            <Fact name="Email" value={ticket.customerEmail} />
            <Fact name="Number" value={customer?.userId} />
            <Fact name="Status" value={customer && words(customer.status)} />
            <Fact name="Repayment" value={customer && words(customer.repaymentStatus)} />
            <Fact name="Loans" value={customer && String(customer.totalLoans)} />
            <Fact name="Limit" value={customer && `${customer.currency} ${customer.creditLimit}`} />
          </dl>
        </section>
      )}
      <section aria-labelledby="facts">
        <h3 id="facts">Ticket</h3>
        <dl>
          <Fact name="Opened" value={wholly(ticket.createdAt)} />
          <Fact name="With" value={ticket.assignedToName ?? "nobody yet"} />
          <Fact name="Passed up to" value={ticket.escalatedToName} />
          <Fact name="Department" value={ticket.department?.name} />
          <Fact name="Tags" value={ticket.tags.join(", ")} />
          <Fact name="Resolution" value={ticket.resolution} />
          <Fact name="Closed for" value={ticket.closeReason} />
        </dl>
      </section>
      {staff && (
        <details onToggle={(event) => setIsOpen(event.currentTarget.open)}>
          <summary>History</summary>
          {isOpen && <History key={ticket.version} ticketId={ticket.id} />}
        </details>
      )}
    </>
  );
}

function Fact({ name, value }: { name: string; value: string | null | undefined }) {
  if (!value) {
    return null;
  }
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Everything that was done, the latest first. */
function History({ ticketId }: { ticketId: string }) {
  const { data } = useReading(HistoryDocument, { ticket: ticketId });
  return (
    <ol className="history">
      {data?.rim.ticket?.histories?.nodes.toReversed().map((entry) => (
        <li key={entry.id}>
          <time dateTime={entry.timestamp} title={wholly(entry.timestamp)}>
            {shortly(entry.timestamp)}
          </time>{" "}
          <strong>{verb(entry.action)}</strong> by {entry.performedByName}
          {entry.toStatus && `, now ${words(entry.toStatus).toLowerCase()}`}
          {entry.details && <span className="details">{entry.details}</span>}
        </li>
      ))}
    </ol>
  );
}
