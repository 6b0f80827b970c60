import { useEffect, useReducer, useRef, useState } from "react";
import { useClient } from "urql";

import { sentence } from "./change";
import { Composer, type SendMessage } from "./Composer";
import { Conversation } from "./Conversation";
import type { Me } from "./Desk";
import { Facts } from "./Facts";
import {
  MarkReadDocument,
  type MessageFragment,
  MessagesDocument,
  TicketDocument,
  TicketEventsDocument,
  type TicketQuery,
} from "./generated";
import { Moves } from "./Moves";
import { sentenceOf, useOthers } from "./others";
import { Promises } from "./Promises";
import { Mark, Waiting } from "./Queue";
import { useReading } from "./reading";
import { Sentences } from "./Sentences";
import { useStream } from "./stream";
import { words } from "./words";

/** A ticket with everything that the page shows of it. */
export type WholeTicket = NonNullable<TicketQuery["rim"]["ticketByNumber"]>;

interface Properties {
  number: string;
  me: Me;
  staff: boolean;
}

/** A ticket by its number. */
export function Ticket({ number, me, staff }: Properties) {
  const [now] = useState(() => new Date().toISOString());
  const { data, error, read } = useReading(TicketDocument, { number, staff, now });
  const ticket = data?.rim.ticketByNumber;
  if (ticket) {
    return <Shown ticket={ticket} me={me} staff={staff} read={read} />;
  }
  if (!data && !error) {
    return <p role="status">Reading…</p>;
  }
  const missing = `There is no ticket ${number}, or it is not yours.`;
  return <Sentences sentences={[error ? sentence(error) : missing]} />;
}

interface ShownProperties {
  ticket: WholeTicket;
  me: Me;
  staff: boolean;
  read: () => void;
}

function Shown({ ticket, me, staff, read }: ShownProperties) {
  const { messages, add, readLatest, earlier } = useMessages(ticket.id);
  const { others, heard, types, rests } = useOthers(ticket.id, me, ticket.presences?.nodes ?? []);
  useMarkRead(ticket.id, messages, staff);
  const clock = ticket.slaClocks?.nodes[0];
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);

  function sent(message: SendMessage) {
    add([message]);
    // What is written long after a ticket was closed opens another, which goes on from it.
    const number = message.ticket?.ticketNumber;
    if (number && number !== ticket.ticketNumber) {
      location.hash = number;
    }
  }

  useStream(
    TicketEventsDocument,
    { ticketId: ticket.id },
    {
      read() {
        read();
        readLatest();
      },
      happened({ cursor, at, chatMessage, ticketPresence }) {
        if (ticketPresence) {
          heard(ticketPresence, at);
        }
        if (chatMessage) {
          add([chatMessage]);
        }
        // What has no cursor is over in a moment and changed no row.
        if (cursor) {
          read();
        }
      },
    },
  );

  return (
    <article className="ticket" aria-labelledby="subject">
      <header>
        <a className="back" href="#">
          ← Tickets
        </a>
        <h2 id="subject" ref={heading} tabIndex={-1}>
          {ticket.subject}
        </h2>
        <p className="marks">
          <span>{ticket.ticketNumber}</span>
          <Mark kind="status" value={ticket.status} />
          {staff && <Mark kind="priority" value={ticket.priority} />}
          <span className="mark">{words(ticket.category)}</span>
          {ticket.waitingOnCustomer && <Waiting staff={staff} />}
        </p>
      </header>
      <section className="talk" aria-label="Conversation">
        {earlier && <button onClick={earlier}>Earlier messages</button>}
        <Conversation messages={messages} staff={staff} />
        <p className="others" role="status">
          {sentenceOf(others)}
        </p>
        <Composer ticket={ticket} staff={staff} onSent={sent} onTyping={types} onRest={rests} />
      </section>
      <aside aria-label="About this ticket">
        {clock && <Promises clock={clock} />}
        <Moves ticket={ticket} staff={staff} onMoved={read} />
        <Facts ticket={ticket} staff={staff} />
      </aside>
    </article>
  );
}

/** Tells the server that what the other side wrote was seen. */
function useMarkRead(ticketId: string, messages: readonly MessageFragment[], staff: boolean) {
  const client = useClient();
  const others = staff ? "CUSTOMER" : "AGENT";
  const unread = messages.findLast(
    ({ senderType, isRead }) => senderType === others && !isRead,
  )?.id;
  useEffect(() => {
    if (unread) {
      void client
        .mutation(MarkReadDocument, { input: { ticketId, throughId: unread } })
        .toPromise();
    }
  }, [client, ticketId, unread]);
}

interface Page {
  hasPreviousPage: boolean;
  startCursor: string | null;
}

type Messages = ReadonlyMap<string, MessageFragment>;

function merged(known: Messages, more: readonly MessageFragment[]): Messages {
  const all = new Map(known);
  more.forEach((message) => all.set(message.id, message));
  return all;
}

/** The messages that are known, each once, whichever way it came. */
function useMessages(ticketId: string) {
  const client = useClient();
  const [known, add] = useReducer(merged, new Map());
  const [first, setFirst] = useState<Page>();

  async function readPage(before?: string | null) {
    const { data } = await client.query(MessagesDocument, { ticket: ticketId, before });
    const page = data?.rim.ticket?.messages;
    if (page) {
      add(page.nodes);
    }
    return page?.pageInfo;
  }

  /** The latest page; those before it are read when they are asked for. */
  async function readLatest() {
    const page = await readPage();
    setFirst((first) => first ?? page);
  }

  async function earlier() {
    const page = await readPage(first?.startCursor);
    setFirst((first) => page ?? first);
  }

  const messages = [...known.values()].sort((one, other) =>
    one.createdAt.localeCompare(other.createdAt),
  );
  return {
    messages,
    add,
    readLatest: () => void readLatest(),
    earlier: first?.hasPreviousPage ? () => void earlier() : undefined,
  };
}
