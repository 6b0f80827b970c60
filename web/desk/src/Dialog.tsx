import { type FormEvent, type ReactNode, useEffect, useId, useRef } from "react";

import { Sentences } from "./Sentences";

interface Properties {
  title: string;
  sentences: string[];
  running: boolean;
  /** Gets what was filled in; an empty field is left out. */
  onSend: (fields: Record<string, string>) => void;
  onCancel: () => void;
  children: ReactNode;
}

/** A form in front of the page; its button says what the title says. */
export function Dialog({ title, sentences, running, onSend, onCancel, children }: Properties) {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => dialog.current?.showModal(), []);

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = [...new FormData(event.currentTarget)].filter(([, value]) => value !== "");
    onSend(Object.fromEntries(given) as Record<string, string>);
  }

  return (
    <dialog ref={dialog} aria-labelledby={heading} onClose={onCancel}>
      <form onSubmit={submit}>
        <h3 id={heading}>{title}</h3>
        <Sentences sentences={sentences} />
        {children}
        <p className="buttons">
          <button type="button" onClick={onCancel}>
            Cancel
          </button>
          <button className="primary" disabled={running}>
            {title}
          </button>
        </p>
      </form>
    </dialog>
  );
}
