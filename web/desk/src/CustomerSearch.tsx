import { useEffect, useState } from "react";
import { useQuery } from "urql";

import { sentence } from "./change";
import { CustomersDocument } from "./generated";
import { words } from "./words";

/** How long the typing rests before the server is asked, in milliseconds. */
const REST = 250;

/** The fewest letters that are looked for. */
const LEAST = 3;

/** Finds a customer by phone, last name, mail address or number; the form gets its id. */
export function CustomerSearch({ name }: { name: string }) {
  const [typed, setTyped] = useState("");
  const wanted = useRested(typed.trim());
  const isLong = wanted.length >= LEAST;
  const [{ data, error, fetching }] = useQuery({
    query: CustomersDocument,
    variables: { text: wanted, digits: digitsOf(wanted) },
    pause: !isLong,
  });
  const found = isLong ? (data?.rim.users?.nodes ?? []) : [];
  return (
    <fieldset>
      <legend>Customer</legend>
      <label>
        Phone, last name, mail address or number
        <input
          type="search"
          value={typed}
          autoFocus
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <p role="status" className="count">
        {error ? sentence(error) : isLong && !fetching ? counted(found.length) : ""}
      </p>
      {found.map((customer) => (
        <label key={customer.id} className="check">
          <input type="radio" name={name} value={customer.id} />
          <span>
            {customer.firstName} {customer.lastName} <small>{customer.phone}</small>{" "}
            <small>
              {customer.userId}, {words(customer.status)}
            </small>
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The most customers that are shown. */
const MOST = 8;

function counted(count: number): string {
  if (count === 0) {
    return "Nobody was found.";
  }
  return count === MOST ? "The first of them; type more to find others." : "";
}

/** A part of a phone number, which may be dialled as at home: 0803 is in +234803. */
function digitsOf(text: string): string {
  return /^[+\d\s()-]+$/.test(text) ? text.replace(/^0|\D/g, "") : text;
}

/** What was typed once the typing rests. */
function useRested(typed: string): string {
  const [rested, setRested] = useState(typed);
  useEffect(() => {
    const timer = setTimeout(() => setRested(typed), REST);
    return () => clearTimeout(timer);
  }, [typed]);
  return rested;
}
