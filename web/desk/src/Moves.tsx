import type { TypedDocumentNode } from "@urql/core";
import { useEffect, useEffectEvent, useId, useState } from "react";

import { type Changed, useChange } from "./change";
import { Dialog } from "./Dialog";
import { Edit } from "./Edit";
import {
  AcceptDocument,
  AssignDocument,
  CloseDocument,
  ConfirmDocument,
  EscalateDocument,
  ReopenDocument,
  ResolveDocument,
  TakeDocument,
} from "./generated";
import { type Places, usePlaces } from "./places";
import { Sentences } from "./Sentences";
import type { WholeTicket } from "./Ticket";

/** What a move is sent with: those of these fields that it asks for. */
interface Input {
  ticketId: string;
  reason: string;
  resolution: string;
  supportAgentId?: string;
  departmentId?: string;
}

interface Field {
  name: Exclude<keyof Input, "ticketId">;
  label: string;
  /** The rows to choose one of; without them it is a text. */
  places?: "agents" | "departments";
}

interface Move {
  label: string;
  document: TypedDocumentNode<{ change: Changed | null }, { input: Input }>;
  fields: Field[];
  /** Customers have it, too. */
  forCustomers?: boolean;
  /** Nobody else has it. */
  ofCustomers?: boolean;
}

const REASON: Field = { name: "reason", label: "Why" };

const TAKE: Move = { label: "Take it", document: TakeDocument, fields: [] };

/** The moves of a ticket by the server's names; it says which of them can be made. */
const MOVES: Record<string, Move> = {
  accept: { label: "Accept", document: AcceptDocument, fields: [] },
  resolve: {
    label: "Resolve",
    document: ResolveDocument,
    fields: [{ name: "resolution", label: "What was done" }],
  },
  confirm: {
    label: "It is solved",
    document: ConfirmDocument,
    fields: [],
    forCustomers: true,
    ofCustomers: true,
  },
  assign: {
    label: "Assign",
    document: AssignDocument,
    fields: [
      { name: "supportAgentId", label: "Agent", places: "agents" },
      { name: "departmentId", label: "Department", places: "departments" },
    ],
  },
  escalate: { label: "Pass up", document: EscalateDocument, fields: [REASON] },
  reopen: { label: "Reopen", document: ReopenDocument, fields: [REASON], forCustomers: true },
  close: { label: "Close as spam", document: CloseDocument, fields: [REASON] },
};

interface Properties {
  ticket: WholeTicket;
  staff: boolean;
  onMoved: () => void;
}

/** A button for each move, those that can be made first; one that cannot be made says why. */
export function Moves({ ticket, staff, onMoved }: Properties) {
  const shown = ticket.availableActions
    .filter(({ action, allowed }) => isShown(action, allowed, staff))
    .sort((one, other) => Number(other.allowed) - Number(one.allowed));
  const isToBeTaken = staff && !ticket.assignedTo && shown.some(isAssign);
  const against = againstTaking(usePlaces().self);
  if (shown.length === 0 && !staff) {
    return null;
  }
  return (
    <section aria-labelledby="moves">
      <h3 id="moves">What can be done</h3>
      <ul className="moves">
        {isToBeTaken && <Button move={TAKE} ticket={ticket} reason={against} onMoved={onMoved} />}
        {staff && <Edit ticket={ticket} onChanged={onMoved} />}
        {shown.map(({ action, allowed, reason }) => {
          const move = MOVES[action];
          const against = allowed ? null : (reason ?? "Not now.");
          return (
            move && (
              <Button key={action} move={move} ticket={ticket} reason={against} onMoved={onMoved} />
            )
          );
        })}
      </ul>
    </section>
  );
}

/** A customer sees what can be done now, the support also what cannot. */
function isShown(action: string, allowed: boolean, staff: boolean): boolean {
  const move = MOVES[action];
  return move !== undefined && (staff ? !move.ofCustomers : move.forCustomers === true && allowed);
}

/** What stands against the person's taking a ticket, which the server would say afterwards. */
function againstTaking(self: Places["self"]): string | null {
  if (!self) {
    return "Only agents of the support take tickets.";
  }
  return self.status === "AWAY" ? "You are away; come back first." : null;
}

function isAssign({ action, allowed }: { action: string; allowed: boolean }): boolean {
  return action === "assign" && allowed;
}

interface ButtonProperties {
  move: Move;
  ticket: WholeTicket;
  /** What stands against it. */
  reason: string | null;
  onMoved: () => void;
}

function Button({ move, ticket, reason, onMoved }: ButtonProperties) {
  const change = useChange(move.document);
  const [asking, setAsking] = useState(false);
  const why = useId();

  async function make(fields: Partial<Input>) {
    // A move takes no fields but those that it asks for.
    const input = { ticketId: ticket.id, ...fields } as Input;
    if (await change.send({ input })) {
      setAsking(false);
      onMoved();
    }
  }

  function press() {
    change.forget();
    if (move.fields.length > 0) {
      setAsking(true);
    } else {
      void make({});
    }
  }

  return (
    <li>
      <button
        disabled={reason !== null || change.running}
        aria-describedby={reason === null ? undefined : why}
        onClick={press}
      >
        {move.label}
      </button>
      {reason !== null && <small id={why}>{reason}</small>}
      {!asking && <Sentences sentences={change.sentences} />}
      {asking && (
        <Dialog
          title={move.label}
          sentences={change.sentences}
          running={change.running}
          onSend={(fields) => void make(fields)}
          onCancel={() => setAsking(false)}
        >
          {move.fields.map((field) => (
            <label key={field.name}>
              {field.label}
              {field.places ? (
                <Choice name={field.name} kind={field.places} />
              ) : (
                <textarea name={field.name} rows={3} required />
              )}
            </label>
          ))}
        </Dialog>
      )}
    </li>
  );
}

function Choice({ name, kind }: { name: string; kind: "agents" | "departments" }) {
  const { [kind]: places, read } = usePlaces();
  // Agents come, go and fill up while the page is open.
  const refresh = useEffectEvent(read);
  useEffect(() => refresh(), []);
  return (
    <select name={name} defaultValue="">
      <option value="">as it is</option>
      {places.map(({ id, said }) => (
        <option key={id} value={id}>
          {said}
        </option>
      ))}
    </select>
  );
}
