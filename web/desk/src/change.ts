import type { CombinedError, TypedDocumentNode } from "@urql/core";
import { useState } from "react";
import { useClient } from "urql";

/** What a mutation answers under the key `change`. */
export interface Changed {
  userErrors: { message: string }[];
}

/** What stands against the last change, and whether one is under way. */
export interface Change<Variables, Answer> {
  /** Answers what came of it; null when it was refused. */
  send(variables: Variables): Promise<Answer | null>;
  sentences: string[];
  running: boolean;
  forget(): void;
}

/** Sends one mutation at a time and keeps the sentences of a refusal. */
export function useChange<Variables extends object, Answer extends Changed>(
  document: TypedDocumentNode<{ change: Answer | null }, Variables>,
): Change<Variables, Answer> {
  const client = useClient();
  const [sentences, setSentences] = useState<string[]>([]);
  const [running, setRunning] = useState(false);
  async function send(variables: Variables): Promise<Answer | null> {
    setRunning(true);
    const { data, error } = await client.mutation(document, variables).toPromise();
    const refused = data?.change?.userErrors.map(({ message }) => message) ?? [];
    setSentences(error ? [sentence(error)] : refused);
    setRunning(false);
    return error || refused.length > 0 ? null : (data?.change ?? null);
  }
  return { send, sentences, running, forget: () => setSentences([]) };
}

/** A failure as a sentence for the person before the page. */
export function sentence(error: CombinedError): string {
  if (error.networkError) {
    return "The server cannot be reached. Nothing was changed as far as this page knows; try again.";
  }
  return error.graphQLErrors.map(({ message }) => message).join(" ");
}
