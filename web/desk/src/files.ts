import type { Server } from "./server";

/** The most files that the server takes in with a message. */
export const MOST_FILES = 5;

/** Sends a file to the server and answers its id; a refusal is thrown as the server's sentence. */
export async function upload(server: Server, file: File): Promise<string> {
  const response = await fetch(`/files?name=${encodeURIComponent(file.name)}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${server.token}` },
    body: file,
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(`${file.name}: ${answer.errors?.[0]?.message ?? response.statusText}`);
  }
  return answer.id;
}
