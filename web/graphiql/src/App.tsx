import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { type DocumentNode, getOperationAST } from "graphql";
import { createClient } from "graphql-ws";
import { useCallback, useMemo, useState } from "react";

import { examplesPlugin } from "./Examples";
import { SessionBar } from "./SessionBar";
import { type Session, forget, keep, kept, send, sessionOf } from "../../session";
import { welcome } from "./welcome";

const plugins = [examplesPlugin, HISTORY_PLUGIN];

interface Asked {
  query: string;
  operationName?: string | null;
  variables?: Record<string, unknown>;
}

/** The answers of a subscription, over a socket that is opened with the first one. */
function sockets(token: string | undefined) {
  const url = new URL("graphql", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const client = createClient({
    url: url.href,
    connectionParams: token ? { Authorization: `Bearer ${token}` } : {},
    lazyCloseTimeout: 10_000,
  });
  return (asked: Asked) => client.iterate({ ...asked, operationName: asked.operationName ?? undefined });
}

/** GraphiQL below a bar that says who asks. */
export function App() {
  const [session, setSession] = useState<Session | null>(kept);

  const change = useCallback((next: Session | null) => {
    if (next) {
      keep(next);
    } else {
      forget();
    }
    setSession(next);
  }, []);

  // A new fetcher makes GraphiQL read the schema again, which differs from tenant to tenant.
  const token = session?.token;
  const fetcher = useMemo(() => {
    const listen = sockets(token);
    return async (
      request: Asked,
      options?: { headers?: Record<string, string>; documentAST?: DocumentNode },
    ) => {
      const operation =
        options?.documentAST && getOperationAST(options.documentAST, request.operationName);
      if (operation?.operation === "subscription") {
        return listen(request);
      }
      const { status, answer } = await send(request, token, options?.headers);
      // Whoever logs in by hand is logged in.
      const opened = sessionOf(answer);
      if (opened) {
        change(opened);
      } else if (status === 401 && token) {
        change(null);
      }
      return answer;
    };
  }, [token, change]);

  return (
    <>
      <SessionBar session={session} onChange={change} />
      <main>
        <GraphiQL
          fetcher={fetcher}
          plugins={plugins}
          visiblePlugin={examplesPlugin}
          defaultQuery={welcome}
          defaultEditorToolsVisibility="variables"
          schemaDescription
          inputValueDeprecation
        >
          <GraphiQL.Logo>{null}</GraphiQL.Logo>
        </GraphiQL>
      </main>
    </>
  );
}
