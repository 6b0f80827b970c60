/** An enum value as people write it: `IN_PROGRESS` is "In progress". */
export function words(value: string): string {
  const text = value.toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A verb of the history or of a move: `closeAfterWaiting` is "Close after waiting". */
export function verb(value: string): string {
  return words(value.replaceAll(/([A-Z])/g, " $1"));
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

/** An instant, shortly: the time today, otherwise the day. */
export function shortly(instant: string): string {
  const date = new Date(instant);
  const today = date.toDateString() === new Date().toDateString();
  return (today ? CLOCK : DAY).format(date);
}

/** An instant in full. */
export function wholly(instant: string): string {
  return WHOLE.format(new Date(instant));
}

/** A span in the largest unit that fits: "3 h". */
export function span(milliseconds: number): string {
  const minutes = Math.round(Math.abs(milliseconds) / 60_000);
  if (minutes < 60) {
    return `${minutes} min`;
  }
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}

/** Bytes as people read them. */
export function bytes(count: number): string {
  return count < 1_000_000
    ? `${Math.ceil(count / 1_000)} kB`
    : `${(count / 1_000_000).toFixed(1)} MB`;
}
