import type { TypedDocumentNode } from "@urql/core";
import { print } from "graphql";
import { useEffect, useEffectEvent } from "react";

import { LiveCursorDocument } from "./generated";
import { type Server, useServer } from "./server";

/** What every stream tells beside its own events. */
interface Notice {
  __typename?: string;
  cursor?: string | null;
}

/** The events of a stream, without the notices. */
type EventOf<Data> = Exclude<
  NonNullable<Data[keyof Data]>,
  { __typename: "Gap" | "Lagged" }
>;

interface Listener<Event> {
  /** Something happened; each event comes once. */
  happened(event: Event): void;
  /** Read the rows: the stream begins, or what lies between is not kept any more. */
  read(): void;
}

type Cursor = { after?: string | null };

/** The longest pause before a lost stream is looked for again, in milliseconds. */
const LONGEST_PAUSE = 5_000;

/** Listens as long as a component is shown; `null` for the variables listens to nothing. */
export function useStream<Data, Variables extends Cursor>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, "after"> | null,
  listener: Listener<EventOf<Data>>,
) {
  const server = useServer();
  const happened = useEffectEvent(listener.happened);
  const read = useEffectEvent(listener.read);
  const key = JSON.stringify(variables);
  useEffect(() => {
    const wanted: Omit<Variables, "after"> | null = JSON.parse(key);
    if (!wanted) {
      return;
    }
    const end = new AbortController();
    const listening = { happened: (event: EventOf<Data>) => happened(event), read: () => read() };
    void follow(server, document, wanted, listening, end.signal);
    return () => end.abort();
  }, [server, document, key]);
}

/**
 * Listens until the signal, over lost connections and restarts of the server. It comes back
 * behind its last cursor, so that nothing is missed and nothing is told twice.
 */
async function follow<Data, Variables extends Cursor>(
  server: Server,
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, "after">,
  listener: Listener<EventOf<Data>>,
  signal: AbortSignal,
) {
  const query = print(document);
  let after: string | null = null;
  let pause = 0;
  while (!signal.aborted) {
    try {
      if (after === null) {
        after = await present(server);
        listener.read();
      }
      const answers = server.socket.iterate<Data>({ query, variables: { ...variables, after } });
      signal.addEventListener("abort", () => void answers.return?.(), { once: true });
      for await (const { data } of answers) {
        pause = 0;
        for (const told of Object.values(data ?? {})) {
          const notice = told as Notice;
          if (notice.__typename === "Gap") {
            listener.read();
          } else if (notice.__typename !== "Lagged") {
            listener.happened(told as EventOf<Data>);
          }
          after = notice.cursor ?? after;
        }
      }
    } catch (error) {
      const code = codeOf(error);
      if (code === "FORBIDDEN") {
        return;
      }
      if (code === "BAD_FORMAT") {
        after = null;
      }
    }
    pause = Math.min(LONGEST_PAUSE, Math.max(250, pause * 2));
    await rest(pause, signal);
  }
}

/** The place in the stream of events at this moment. */
async function present(server: Server): Promise<string> {
  const { data, error } = await server.client.query(LiveCursorDocument, {});
  if (!data?.liveCursor) {
    throw error ?? new Error("There are no streams.");
  }
  return data.liveCursor;
}

/** The code of a refused stream; a lost connection has none. */
function codeOf(error: unknown): unknown {
  return Array.isArray(error) ? error[0]?.extensions?.code : undefined;
}

/** Rests for about so many milliseconds, so that not everybody comes back at once. */
function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds * (0.75 + Math.random() / 2));
    signal.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });
}
