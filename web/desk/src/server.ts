import { createClient, type Client as Socket } from "graphql-ws";
import { createContext, useContext, useSyncExternalStore } from "react";
import { Client, fetchExchange, mapExchange } from "urql";

/** Whether the server's events arrive. */
export type Connection = "connecting" | "live" | "lost";

/** What a session asks the server with. */
export interface Server {
  token: string;
  /** Questions and changes, each a request. */
  client: Client;
  /** What happens, over a socket that is opened with the first stream. */
  socket: Socket;
  connection(): Connection;
  /** Calls when the connection changes, until the answer is called. */
  watch(changed: () => void): () => void;
}

/** How long a socket may stay silent before it counts as lost, in milliseconds. */
const SILENCE = 10_000;

/** The close code of a session that ended. */
const FORBIDDEN = 4403;

/** Connects a session; `ended` is called when the server takes its token no longer. */
export function connect(token: string, ended: () => void): Server {
  const client = new Client({
    url: "/graphql",
    preferGetMethod: false,
    // Rows change under other hands, so that every reading asks the server.
    requestPolicy: "network-only",
    fetchOptions: { headers: { Authorization: `Bearer ${token}` } },
    exchanges: [
      mapExchange({
        onError(error) {
          if (error.response?.status === 401) {
            ended();
          }
        },
      }),
      fetchExchange,
    ],
  });
  const watchers = new Set<() => void>();
  let connection: Connection = "connecting";
  const socket = open(token, ended, (next) => {
    connection = next;
    watchers.forEach((changed) => changed());
  });
  return {
    token,
    client,
    socket,
    connection: () => connection,
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
  };
}

function open(token: string, ended: () => void, became: (connection: Connection) => void): Socket {
  const url = new URL("/graphql", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  let unanswered: ReturnType<typeof setTimeout> | undefined;
  const socket = createClient({
    url: url.href,
    connectionParams: { Authorization: `Bearer ${token}` },
    connectionAckWaitTimeout: SILENCE,
    keepAlive: SILENCE,
    // To come back is the business of the streams, which know their cursors.
    retryAttempts: 0,
    on: {
      connected: () => became("live"),
      ping(received) {
        if (!received) {
          unanswered = setTimeout(() => socket.terminate(), SILENCE / 2);
        }
      },
      pong(received) {
        if (received) {
          clearTimeout(unanswered);
        }
      },
      closed(event) {
        clearTimeout(unanswered);
        became("lost");
        if ((event as CloseEvent).code === FORBIDDEN) {
          ended();
        }
      },
    },
  });
  return socket;
}

const Context = createContext<Server | null>(null);

export const ServerProvider = Context.Provider;

/** The server as the session of this page asks it. */
export function useServer(): Server {
  const server = useContext(Context);
  if (!server) {
    throw new Error("There is no session here.");
  }
  return server;
}

export function useConnection(): Connection {
  const server = useServer();
  return useSyncExternalStore(server.watch, server.connection);
}
