import { useChange } from "./change";
import { AttachmentLinkDocument, type MessageFragment } from "./generated";
import { Sentences } from "./Sentences";
import { bytes } from "./words";

type Known = NonNullable<MessageFragment["attachments"]>["nodes"][number];

/** A file of a message; the link to it is made when it is asked for, since it works for minutes. */
export function Attachment({ attachment }: { attachment: Known }) {
  const { send, sentences, running } = useChange(AttachmentLinkDocument);
  async function fetchIt() {
    const linked = await send({ input: { attachmentId: attachment.id } });
    if (linked?.url) {
      location.assign(linked.url);
    }
  }
  return (
    <div className="attachment">
      <button disabled={running} onClick={() => void fetchIt()}>
        <span aria-hidden="true">↓</span> {attachment.name}{" "}
        <small>{bytes(Number(attachment.size))}</small>
      </button>
      <Sentences sentences={sentences} />
    </div>
  );
}
