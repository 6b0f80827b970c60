import { useEffect, useRef, useState } from "react";
import { useClient } from "urql";

import type { Me } from "./Desk";
import {
  LeaveDocument,
  type PresenceFragment,
  StartTypingDocument,
  StopTypingDocument,
  ViewDocument,
} from "./generated";

/** How often the page says that it still looks, in milliseconds: the server believes a minute. */
const LOOKING = 45_000;

/** How often the page says that somebody still types: the server believes ten seconds. */
const TYPING = 5_000;

type People = ReadonlyMap<string, PresenceFragment>;

/** Who else looks at a ticket or writes to it, and telling them what this person does. */
export function useOthers(ticketId: string, me: Me, first: readonly PresenceFragment[]) {
  const client = useClient();
  const [people, setPeople] = useState<People>(() => new Map(first.map((one) => [one.id, one])));
  const ends = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  const typedAt = useRef(0);

  useEffect(() => {
    const input = { ticketId };
    const look = () => void client.mutation(ViewDocument, { input }).toPromise();
    look();
    const looking = setInterval(look, LOOKING);
    const waiting = ends.current;
    return () => {
      clearInterval(looking);
      waiting.forEach((end) => clearTimeout(end));
      void client.mutation(LeaveDocument, { input }).toPromise();
    };
  }, [client, ticketId]);

  function gone(id: string) {
    setPeople((people) => new Map([...people].filter(([known]) => known !== id)));
  }

  /** Hears that somebody looks or types, or does so no longer. */
  function heard(presence: PresenceFragment, at: string) {
    if ([presence.adminUserId, presence.userId].includes(me.id)) {
      return;
    }
    clearTimeout(ends.current.get(presence.id));
    const left = Date.parse(presence.until) - Date.parse(at);
    if (left <= 0) {
      gone(presence.id);
      return;
    }
    setPeople((people) => new Map(people).set(presence.id, presence));
    ends.current.set(
      presence.id,
      setTimeout(() => gone(presence.id), left),
    );
  }

  /** Tells the others that this person types, now and then. */
  function types(internal: boolean) {
    if (Date.now() - typedAt.current > TYPING) {
      typedAt.current = Date.now();
      void client.mutation(StartTypingDocument, { input: { ticketId, internal } }).toPromise();
    }
  }

  /** Tells the others that this person does not type any more. */
  function rests() {
    if (typedAt.current > 0) {
      typedAt.current = 0;
      void client.mutation(StopTypingDocument, { input: { ticketId } }).toPromise();
    }
  }

  const others = [...people.values()].filter(
    ({ adminUserId, userId }) => ![adminUserId, userId].includes(me.id),
  );
  return { others, heard, types, rests };
}

/** Who looks and who types, as a sentence; empty for nobody. */
export function sentenceOf(others: readonly PresenceFragment[]): string {
  const named = (wanted: PresenceFragment["activity"]) => [
    ...new Set(others.filter(({ activity }) => activity === wanted).map(({ name }) => name)),
  ];
  const typing = named("TYPING");
  const viewing = named("VIEWING").filter((name) => !typing.includes(name));
  return [
    typing.length > 0 && `${typing.join(" and ")} ${typing.length > 1 ? "are" : "is"} typing…`,
    viewing.length > 0 && `${viewing.join(" and ")} ${viewing.length > 1 ? "are" : "is"} looking.`,
  ]
    .filter(Boolean)
    .join(" ");
}
