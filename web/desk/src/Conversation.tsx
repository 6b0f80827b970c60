import { useEffect, useRef } from "react";

import { Attachment } from "./Attachment";
import type { MessageFragment } from "./generated";
import { shortly, wholly } from "./words";

interface Properties {
  messages: MessageFragment[];
  staff: boolean;
}

/** What was written, the latest at the end and in view. */
export function Conversation({ messages, staff }: Properties) {
  const list = useRef<HTMLOListElement>(null);
  const latest = messages.at(-1)?.id;
  useEffect(() => {
    list.current?.lastElementChild?.scrollIntoView({ block: "nearest" });
  }, [latest]);
  return (
    <div className="conversation" role="log" tabIndex={0} aria-label="Messages">
      <ol ref={list}>
        {messages.map((message) => (
          <Message key={message.id} message={message} staff={staff} />
        ))}
      </ol>
    </div>
  );
}

function Message({ message, staff }: { message: MessageFragment; staff: boolean }) {
  const own = (message.senderType === "AGENT") === staff && message.senderType !== "SYSTEM";
  const kinds = [message.senderType.toLowerCase(), own && "own", message.internal && "internal"];
  return (
    <li className={kinds.filter(Boolean).join(" ")}>
      <p className="who">
        <strong>{message.senderName}</strong>
        {message.internal && <span className="mark">Internal note</span>}
        <time dateTime={message.createdAt} title={wholly(message.createdAt)}>
          {shortly(message.createdAt)}
        </time>
        {message.editedAt && <span>edited</span>}
        {own && !message.internal && message.isRead && <span>read</span>}
      </p>
      {message.message && <p className="text">{message.message}</p>}
      {message.attachments?.nodes.map((attachment) => (
        <Attachment key={attachment.id} attachment={attachment} />
      ))}
    </li>
  );
}
