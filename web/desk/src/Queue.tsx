import { useState } from "react";

import {
  MyTicketsDocument,
  QueueDocument,
  type RimTicketPriority,
  type RimTicketStatus,
  type RimTicketWhere,
  type TicketHeadFragment,
  TicketQueueDocument,
} from "./generated";
import { sentence } from "./change";
import { PRIORITIES } from "./Choices";
import { usePlaces } from "./places";
import { useReading } from "./reading";
import { useStream } from "./stream";
import { shortly, words } from "./words";

const OPEN: RimTicketStatus[] = ["OPEN", "IN_PROGRESS", "ESCALATED"];
const STATUSES: RimTicketStatus[] = [...OPEN, "RESOLVED", "CLOSED"];

/** What the queue shows; an empty field shows everything. */
interface Choice {
  status: string;
  priority: string;
  whose: string;
  department: string;
}

const EVERYTHING: Choice = { status: "", priority: "", whose: "", department: "" };

interface Properties {
  staff: boolean;
  chosen: string;
}

/** The tickets, those with the latest messages first; they change as they happen. */
export function Queue({ staff, chosen }: Properties) {
  const [choice, setChoice] = useState({ ...EVERYTHING, status: staff ? "work" : "" });
  const { departments, self } = usePlaces();
  const where = condition(choice, self?.id);
  const { page, more, error } = useTickets(where, staff);

  const select = (name: keyof Choice, label: string, options: [string, string][]) => (
    <label>
      {label}
      <select
        value={choice[name]}
        onChange={(event) => setChoice({ ...choice, [name]: event.target.value })}
      >
        {options.map(([value, said]) => (
          <option key={value} value={value}>
            {said}
          </option>
        ))}
      </select>
    </label>
  );

  return (
    <nav aria-label="Tickets" className="queue">
      <a className="button primary" href="#new">
        {staff ? "Open a ticket" : "Ask for help"}
      </a>
      {staff && (
        <form className="filters" aria-label="Which tickets">
          {select("status", "Status", [
            ["work", "To be done"],
            ["", "All"],
            ...STATUSES.map((status): [string, string] => [status, words(status)]),
          ])}
          {select("priority", "Priority", [
            ["", "All"],
            ...PRIORITIES.map((priority): [string, string] => [priority, words(priority)]),
          ])}
          {select("whose", "Whose", [
            ["", "Everybody's"],
            ...(self ? [["mine", "Mine"] satisfies [string, string]] : []),
            ["nobody", "Nobody's"],
          ])}
          {select("department", "Department", [
            ["", "All"],
            ...departments.map(({ id, said }): [string, string] => [id, said]),
          ])}
        </form>
      )}
      <p role="status" className="count">
        {page ? counted(page.totalCount) : error ? sentence(error) : "Reading…"}
      </p>
      <ul>
        {page?.nodes.map((ticket) => (
          <li key={ticket.id}>
            <Entry ticket={ticket} staff={staff} isChosen={ticket.ticketNumber === chosen} />
          </li>
        ))}
      </ul>
      {more && <button onClick={more}>Show more</button>}
    </nav>
  );
}

function counted(count: number): string {
  return count === 1 ? "1 ticket" : `${count} tickets`;
}

function condition(choice: Choice, self: string | undefined): RimTicketWhere {
  const where: RimTicketWhere = {};
  if (choice.status) {
    const statuses = choice.status === "work" ? OPEN : [choice.status as RimTicketStatus];
    where.status = { in: statuses };
  }
  if (choice.priority) {
    where.priority = { eq: choice.priority as RimTicketPriority };
  }
  if (choice.whose) {
    where.assignedTo = choice.whose === "mine" ? { eq: self } : { isNull: true };
  }
  if (choice.department) {
    where.departmentId = { eq: choice.department };
  }
  return where;
}

/** How many tickets are shown at first, and with each wish for more. */
const STEP = 30;

/** The most rows that the server answers at once. */
const MOST = 100;

/** The first tickets, read again whenever one of them changes. */
function useTickets(where: RimTicketWhere, staff: boolean) {
  const [first, setFirst] = useState(STEP);
  const { data, error, read } = useReading(QueueDocument, { where, first });
  const listener = { happened: read, read };
  useStream(TicketQueueDocument, staff ? { filter: where } : null, listener);
  useStream(MyTicketsDocument, staff ? null : {}, listener);
  const page = data?.rim.tickets;
  const isMore = page?.pageInfo.hasNextPage && first < MOST;
  const more = isMore ? () => setFirst(Math.min(MOST, first + STEP)) : undefined;
  return { page, error, more };
}

interface EntryProperties {
  ticket: TicketHeadFragment;
  staff: boolean;
  isChosen: boolean;
}

function Entry({ ticket, staff, isChosen }: EntryProperties) {
  const told = ticket.lastMessageAt ?? ticket.createdAt;
  return (
    <a href={`#${ticket.ticketNumber}`} aria-current={isChosen ? "page" : undefined}>
      <span className="line">
        <strong>{ticket.subject}</strong>
        <time dateTime={told}>{shortly(told)}</time>
      </span>
      <span className="line">
        <span>{staff ? ticket.customerName : ticket.ticketNumber}</span>
        <span>{staff && (ticket.assignedToName ?? "nobody has it")}</span>
      </span>
      <span className="marks">
        <Mark kind="status" value={ticket.status} />
        {staff && <Mark kind="priority" value={ticket.priority} />}
        {ticket.waitingOnCustomer && <Waiting staff={staff} />}
      </span>
    </a>
  );
}

/** A status or a priority, in a word and a colour. */
export function Mark({ kind, value }: { kind: "status" | "priority"; value: string }) {
  return <span className={`mark ${kind} ${value.toLowerCase()}`}>{words(value)}</span>;
}

/** The next word is the customer's. */
export function Waiting({ staff }: { staff: boolean }) {
  return (
    <span className="mark">{staff ? "Waits for the customer" : "Your answer is asked for"}</span>
  );
}
