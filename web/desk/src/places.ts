import { createContext, useContext } from "react";
import { useQuery } from "urql";

import { PlacesDocument, type PlacesQuery } from "./generated";
import { words } from "./words";

/** A desk or an agent to choose. */
interface Place {
  id: string;
  said: string;
}

type Self = NonNullable<PlacesQuery["rim"]["self"]>["nodes"][number];

/** Where tickets can be, and the agent whom the person before the page acts as. */
export interface Places {
  departments: Place[];
  agents: Place[];
  self: Self | undefined;
  read: () => void;
}

/** Reads the places for a person of the staff. */
export function useReadPlaces(person: string, staff: boolean): Places {
  const [{ data }, read] = useQuery({
    query: PlacesDocument,
    variables: { person },
    pause: !staff,
  });
  const departments = data?.rim.departments?.nodes ?? [];
  const agents = data?.rim.supportAgents?.nodes ?? [];
  return {
    departments: departments.map(({ id, name, tier }) => ({ id, said: `${name}, tier ${tier}` })),
    agents: agents.map(({ id, name, tier, activeTickets, capacity, status }) => ({
      id,
      said: `${name}, tier ${tier}: ${words(status)}, ${activeTickets} of ${capacity}`,
    })),
    self: data?.rim.self?.nodes[0],
    read,
  };
}

const Context = createContext<Places>({ departments: [], agents: [], self: undefined, read() {} });

export const PlacesProvider = Context.Provider;

export function usePlaces(): Places {
  return useContext(Context);
}
