import { useChange } from "./change";
import { ComeBackDocument, GoAwayDocument } from "./generated";
import { usePlaces } from "./places";
import { words } from "./words";

/** Whether the agent before the page takes tickets, and a switch for it. */
export function Presence() {
  const { self, read } = usePlaces();
  const goAway = useChange(GoAwayDocument);
  const comeBack = useChange(ComeBackDocument);
  if (!self) {
    return null;
  }
  const isAway = self.status === "AWAY";
  const { send, running, sentences } = isAway ? comeBack : goAway;
  async function turn(agent: string) {
    if (await send({ input: { supportAgentId: agent } })) {
      read();
    }
  }
  return (
    <span className={`presence ${self.status.toLowerCase()}`}>
      {words(self.status)}
      <button disabled={running} title={sentences.join(" ")} onClick={() => void turn(self.id)}>
        {isAway ? "Come back" : "Go away"}
      </button>
    </span>
  );
}
