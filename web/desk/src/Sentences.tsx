/** What stands against something, in the server's own sentences. */
export function Sentences({ sentences }: { sentences: string[] }) {
  return (
    <div role="alert" className="sentences">
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
    </div>
  );
}
