import { type ChangeEvent, type KeyboardEvent, useId, useRef, useState } from "react";
import { useQuery } from "urql";

import { useChange } from "./change";
import { MOST_FILES, upload } from "./files";
import { CannedRepliesDocument, SendDocument, type SendMutation } from "./generated";
import { newKey } from "./key";
import { Sentences } from "./Sentences";
import { useServer } from "./server";
import type { WholeTicket } from "./Ticket";

/** A message as the server answers it to who wrote it. */
export type SendMessage = NonNullable<NonNullable<SendMutation["change"]>["chatMessage"]>;

interface Properties {
  ticket: WholeTicket;
  staff: boolean;
  onSent: (message: SendMessage) => void;
  onTyping: (internal: boolean) => void;
  onRest: () => void;
}

/** A file on its way, or at the server. */
interface Sent {
  name: string;
  id: string;
}

/** Where a message is written. */
export function Composer({ ticket, staff, onSent, onTyping, onRest }: Properties) {
  const server = useServer();
  const { send, sentences, running } = useChange(SendDocument);
  const [text, setText] = useState("");
  const [internal, setInternal] = useState(false);
  const [asks, setAsks] = useState(false);
  const [files, setFiles] = useState<Sent[]>([]);
  const [uploading, setUploading] = useState(0);
  const [rejected, setRejected] = useState<string[]>([]);
  // The same for every attempt to send this message, so that it is written once.
  const key = useRef(newKey());
  const field = useRef<HTMLTextAreaElement>(null);
  const label = useId();
  const isEmpty = text.trim() === "" && files.length === 0;

  async function submit() {
    if (isEmpty || running || uploading > 0) {
      return;
    }
    const sent = await send({
      input: {
        ticketId: ticket.id,
        message: text.trim(),
        storedFileIds: files.map(({ id }) => id),
        ...(staff ? { internal, asksCustomer: asks && !internal } : {}),
        idempotencyKey: key.current,
      },
    });
    if (sent?.chatMessage) {
      onSent(sent.chatMessage);
      key.current = newKey();
      setText("");
      setFiles([]);
      setAsks(false);
      setRejected([]);
      onRest();
      field.current?.focus();
    }
  }

  function press(event: KeyboardEvent<HTMLTextAreaElement>) {
    if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void submit();
    }
  }

  function type(event: ChangeEvent<HTMLTextAreaElement>) {
    setText(event.target.value);
    if (event.target.value) {
      onTyping(internal);
    } else {
      onRest();
    }
  }

  async function choose(event: ChangeEvent<HTMLInputElement>) {
    const chosen = [...(event.target.files ?? [])].slice(0, MOST_FILES - files.length);
    event.target.value = "";
    setRejected([]);
    setUploading((count) => count + chosen.length);
    for (const file of chosen) {
      try {
        const id = await upload(server, file);
        setFiles((files) => [...files, { name: file.name, id }]);
      } catch (error) {
        setRejected((sentences) => [
          ...sentences,
          error instanceof Error ? error.message : `${error}`,
        ]);
      }
      setUploading((count) => count - 1);
    }
  }

  return (
    <form
      className={internal ? "composer internal" : "composer"}
      onSubmit={(event) => (event.preventDefault(), void submit())}
    >
      <Sentences sentences={[...sentences, ...rejected]} />
      {files.length > 0 && (
        <ul className="files" aria-label="Files to send">
          {files.map((file) => (
            <li key={file.id}>
              {file.name}{" "}
              <button
                type="button"
                aria-label={`Leave ${file.name} out`}
                onClick={() => setFiles(files.filter(({ id }) => id !== file.id))}
              >
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <label htmlFor={label} className="unseen">
        {internal ? "Internal note" : "Message"}
      </label>
      <textarea
        id={label}
        ref={field}
        value={text}
        rows={3}
        maxLength={5000}
        placeholder={internal ? "A note that only colleagues see" : "Write a message"}
        onChange={type}
        onKeyDown={press}
      />
      <div className="tools">
        <label className="button">
          Attach
          <input type="file" className="unseen" multiple onChange={(event) => void choose(event)} />
        </label>
        {uploading > 0 && <span role="status">Sending {uploading} of your files…</span>}
        {staff && (
          <>
            <CannedReplies onChosen={(body) => setText(text ? `${text}\n${body}` : body)} />
            <label className="check">
              <input type="checkbox" checked={internal} onChange={() => setInternal(!internal)} />
              Internal note
            </label>
            <label className="check">
              <input
                type="checkbox"
                checked={asks && !internal}
                disabled={internal}
                onChange={() => setAsks(!asks)}
              />
              Wait for the customer
            </label>
          </>
        )}
        <button className="primary" disabled={isEmpty || running || uploading > 0}>
          {internal ? "Keep note" : "Send"}
        </button>
      </div>
    </form>
  );
}

function CannedReplies({ onChosen }: { onChosen: (body: string) => void }) {
  const [{ data }] = useQuery({ query: CannedRepliesDocument });
  const replies = data?.rim.cannedReplies?.nodes ?? [];
  if (replies.length === 0) {
    return null;
  }
  return (
    <select
      aria-label="Put in a ready answer"
      value=""
      onChange={(event) => onChosen(event.target.value)}
    >
      <option value="">Ready answers</option>
      {replies.map(({ id, name, body }) => (
        <option key={id} value={body}>
          {name}
        </option>
      ))}
    </select>
  );
}
