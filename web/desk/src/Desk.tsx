import { useEffect, useState } from "react";
import { useQuery } from "urql";

import { MeDocument, type MeQuery } from "./generated";
import { NewPassword } from "./NewPassword";
import { NewTicket } from "./NewTicket";
import { PlacesProvider, useReadPlaces } from "./places";
import { Presence } from "./Presence";
import { Queue } from "./Queue";
import { SecondFactor } from "./SecondFactor";
import { Sentences } from "./Sentences";
import { type Connection, useConnection } from "./server";
import { Ticket } from "./Ticket";

/** Who sits before the page. */
export type Me = NonNullable<MeQuery["viewer"]>;

/** The place of the form for a new ticket; every other place is a ticket's number. */
const NEW = "new";

interface Properties {
  /** How many recovery codes are left, where one of them was used just now. */
  recoveryCodesLeft: number | null;
  onLeave: () => void;
}

/** Finds out who is there, and shows what is for them. */
export function Desk({ recoveryCodesLeft, onLeave }: Properties) {
  const [{ data, error }, read] = useQuery({ query: MeDocument });
  const me = data?.viewer;
  if (error) {
    return <Stopped sentence="The server cannot be reached. Reload the page to try again." />;
  }
  if (!me) {
    return <p role="status">Reading…</p>;
  }
  if (me.mustChangePassword) {
    return <NewPassword onChanged={read} onLeave={onLeave} />;
  }
  if (me.mustEnrolSecondFactor) {
    return <SecondFactor onDone={read} onLeave={onLeave} />;
  }
  if (me.tenant.module !== "rim") {
    const sentence = `${me.tenant.name} has no support desk. Log in as somebody else.`;
    return <Stopped sentence={sentence} onLeave={onLeave} />;
  }
  return <Frame me={me} recoveryCodesLeft={recoveryCodesLeft} onLeave={onLeave} />;
}

function Stopped({ sentence, onLeave }: { sentence: string; onLeave?: () => void }) {
  return (
    <main className="login">
      <Sentences sentences={[sentence]} />
      {onLeave && <button onClick={onLeave}>Log out</button>}
    </main>
  );
}

/** The frame: who is there, the tickets, and the one that was chosen. */
function Frame({ me, recoveryCodesLeft, onLeave }: Properties & { me: Me }) {
  const chosen = useChosen();
  const staff = me.role !== "customer";
  const places = useReadPlaces(me.id, staff);
  return (
    <PlacesProvider value={places}>
      <div className={chosen ? "desk chosen" : "desk"}>
        <header>
          <h1>{staff ? "Support desk" : "Help"}</h1>
          <span className="tenant">{me.tenant.name}</span>
          <ConnectionStatus />
          <Presence />
          <span className="me">{me.name}</span>
          <button onClick={onLeave}>Log out</button>
          {recoveryCodesLeft !== null && (
            <p className="notice">A recovery code let you in; {recoveryCodesLeft} are left.</p>
          )}
        </header>
        <Queue staff={staff} chosen={chosen} />
        <main>
          {chosen === NEW && <NewTicket staff={staff} onOpened={choose} />}
          {chosen === "" && <p className="nothing">Choose a ticket.</p>}
          {chosen !== NEW && chosen !== "" && (
            <Ticket key={chosen} number={chosen} me={me} staff={staff} />
          )}
        </main>
      </div>
    </PlacesProvider>
  );
}

function choose(place: string) {
  location.hash = place;
}

/** The chosen place, which the address keeps: back, forward and bookmarks work. */
function useChosen(): string {
  const place = () => decodeURIComponent(location.hash.slice(1));
  const [chosen, setChosen] = useState(place);
  useEffect(() => {
    const changed = () => setChosen(place());
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return chosen;
}

const SAID: Record<Connection, string> = {
  connecting: "Connecting…",
  live: "Live",
  lost: "Connection lost; coming back…",
};

function ConnectionStatus() {
  const connection = useConnection();
  return (
    <span role="status" className={`connection ${connection}`}>
      {SAID[connection]}
    </span>
  );
}
