import { useEffect, useState } from "react";

import type { ClockFragment } from "./generated";
import { span, wholly } from "./words";

/** How often the clocks are looked at, in milliseconds. */
const TICK = 15_000;

/** What was promised about a ticket, and how it stands. */
export function Promises({ clock }: { clock: ClockFragment }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const ticking = setInterval(() => setNow(Date.now()), TICK);
    return () => clearInterval(ticking);
  }, []);
  return (
    <section aria-labelledby="promises">
      <h3 id="promises">Promises</h3>
      <dl>
        <Promise
          name="First answer"
          due={clock.firstResponseDueAt}
          kept={clock.firstRespondedAt}
          broken={clock.firstResponseBreachedAt}
          now={now}
        />
        <Promise
          name="Resolution"
          due={clock.resolutionDueAt}
          kept={clock.stoppedAt}
          broken={clock.resolutionBreachedAt}
          waits={clock.pausedAt}
          now={now}
        />
      </dl>
    </section>
  );
}

interface PromiseProperties {
  name: string;
  due: string;
  kept: string | null;
  broken: string | null;
  waits?: string | null;
  now: number;
}

function Promise({ name, due, kept, broken, waits, now }: PromiseProperties) {
  const left = Date.parse(due) - (kept ? Date.parse(kept) : now);
  const late = broken !== null || left < 0;
  let said = late ? `${span(left)} late` : `${span(left)} left`;
  if (kept) {
    said = late ? `Given ${span(left)} late` : "In time";
  } else if (waits) {
    said = "Waits for the customer";
  }
  return (
    <div>
      <dt>{name}</dt>
      <dd className={late ? "late" : kept ? "kept" : undefined}>
        {said} <small>due {wholly(due)}</small>
      </dd>
    </div>
  );
}
