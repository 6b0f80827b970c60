import { useEffect, useMemo, useState } from "react";
import { Provider } from "urql";

import { type Session, forget, keep, kept } from "../../session";
import { Desk } from "./Desk";
import { LogoutDocument } from "./generated";
import { Login } from "./Login";
import { ServerProvider, connect } from "./server";

/** Asks who is there, then shows the desk for as long as the session is good. */
export function App() {
  const [session, setSession] = useState<Session | null>(kept);
  const [ended, setEnded] = useState(false);

  function enter(next: Session) {
    keep(next);
    setEnded(false);
    setSession(next);
  }

  const token = session?.token;
  const server = useMemo(() => {
    const end = () => {
      forget();
      setEnded(true);
      setSession(null);
    };
    return token ? connect(token, end) : null;
  }, [token]);
  useEffect(() => () => void server?.socket.dispose(), [server]);

  if (!server || !session) {
    return <Login ended={ended} onEnter={enter} />;
  }
  function leave() {
    void server?.client.mutation(LogoutDocument, {}).toPromise();
    forget();
    setSession(null);
  }
  return (
    <Provider value={server.client}>
      <ServerProvider value={server}>
        <Desk recoveryCodesLeft={session.recoveryCodesLeft} onLeave={leave} />
      </ServerProvider>
    </Provider>
  );
}
