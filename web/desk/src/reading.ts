import type { CombinedError, TypedDocumentNode } from "@urql/core";
import { useEffect, useRef, useState } from "react";
import { useClient } from "urql";

/** How soon a reading that failed is tried again, in milliseconds. */
const AGAIN = 2_000;

/** Calls to read again within so many milliseconds are one. */
const TOGETHER = 100;

/** Reads rows, keeps the last that were read, and tries again what failed. */
export function useReading<Data, Variables extends object>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): { data: Data | undefined; error: CombinedError | undefined; read: () => void } {
  const client = useClient();
  const [data, setData] = useState<Data>();
  const [error, setError] = useState<CombinedError>();
  const [turn, setTurn] = useState(0);
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  const key = JSON.stringify(variables);

  function soon(milliseconds: number) {
    waiting.current ??= setTimeout(() => {
      waiting.current = undefined;
      setTurn((turn) => turn + 1);
    }, milliseconds);
  }

  useEffect(() => {
    let isLatest = true;
    void client
      .query(document, JSON.parse(key))
      .toPromise()
      .then((answer) => {
        if (!isLatest) {
          return;
        }
        setError(answer.error);
        if (answer.data) {
          setData(answer.data);
        } else {
          soon(AGAIN);
        }
      });
    return () => {
      isLatest = false;
    };
  }, [client, document, key, turn]);
  useEffect(() => () => clearTimeout(waiting.current), []);

  return { data, error, read: () => soon(TOGETHER) };
}
