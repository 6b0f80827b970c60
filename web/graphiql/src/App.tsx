import { HISTORY_PLUGIN } from "@graphiql/plugin-history";
import { GraphiQL } from "graphiql";
import { useCallback, useMemo, useState } from "react";

import { examplesPlugin } from "./Examples";
import { SessionBar } from "./SessionBar";
import { type Session, forget, keep, kept, send } from "./session";
import { welcome } from "./welcome";

const plugins = [examplesPlugin, HISTORY_PLUGIN];

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
  const fetcher = useMemo(
    () => async (request: object, options?: { headers?: Record<string, string> }) => {
      const { status, answer } = await send(request, token, options?.headers);
      if (status === 401 && token) {
        change(null);
      }
      return answer;
    },
    [token, change],
  );

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
