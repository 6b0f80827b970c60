import type { RimTicketCategory, RimTicketPriority } from "./generated";
import { words } from "./words";

export const PRIORITIES: RimTicketPriority[] = ["URGENT", "HIGH", "MEDIUM", "LOW"];

export const CATEGORIES: RimTicketCategory[] = [
  "GENERAL",
  "LOAN",
  "TRANSACTION",
  "BILLING",
  "ACCOUNT",
  "TECHNICAL",
];

interface Properties {
  label: string;
  name: string;
  of: readonly string[];
  chosen?: string;
}

/** One of several enum values. */
export function Choices({ label, name, of, chosen }: Properties) {
  return (
    <label>
      {label}
      <select name={name} defaultValue={chosen}>
        {of.map((value) => (
          <option key={value} value={value}>
            {words(value)}
          </option>
        ))}
      </select>
    </label>
  );
}
