import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from "@graphiql/react";

import examples from "./examples.json";
import { type Example, fill } from "./fill";
import { kept } from "../../session";
import { welcome } from "./welcome";

const all: Example[] = examples;

/** The sections that somebody needs who is not logged in yet. */
const waysIn = new Set(all.filter(({ as }) => as === "nobody").map(({ section }) => section));

/** The side list of operations; their variables name rows that fit at this moment. */
export const examplesPlugin: GraphiQLPlugin = {
  title: "Examples",
  icon: StarIcon,
  content: ExampleList,
};

function ExampleList() {
  const { addTab, updateActiveTabValues } = useGraphiQLActions();
  const schema = useGraphiQL((state) => state.schema);
  const tab = useGraphiQL((state) => state.tabs[state.activeTabIndex]);
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const responseEditor = useGraphiQL((state) => state.responseEditor);

  // A caller sees the root field of no module but its own tenant's.
  const fields = schema?.getQueryType()?.getFields() ?? {};
  const visible = all.filter(
    ({ module, section }) =>
      module === "platform" || module in fields || (!kept() && waysIn.has(section)),
  );
  const sections = [...new Set(visible.map((example) => example.section))];

  async function open(example: Example) {
    const answer = responseEditor?.getValue() ?? "";
    const variables = await fill(example, kept()?.token, answer);
    // A tab that nobody wrote in is used again.
    if (tab?.query?.trim() && tab.query !== welcome && !all.some(({ query }) => query === tab.query)) {
      addTab();
    }
    responseEditor?.setValue("");
    queryEditor?.setValue(example.query);
    queryEditor?.setScrollPosition({ scrollTop: 0, scrollLeft: 0 });
    variableEditor?.setValue(variables);
    variableEditor?.setScrollPosition({ scrollTop: 0, scrollLeft: 0 });
    updateActiveTabValues({ query: example.query, variables });
  }

  return (
    <section className="examples">
      <div className="graphiql-doc-explorer-title">Examples</div>
      {sections.map((section) => (
        <div key={section}>
          <h3>{section}</h3>
          <ul>
            {visible
              .filter((example) => example.section === section)
              .map((example) => (
                <li key={example.name}>
                  <button type="button" onClick={() => open(example)}>
                    {example.name}
                    {example.as && <span className="as">{example.as}</span>}
                  </button>
                </li>
              ))}
          </ul>
        </div>
      ))}
      {!kept() && <p>Log in with the bar above to see the examples of a business.</p>}
    </section>
  );
}

function StarIcon() {
  return (
    <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.5" height="1em">
      <path d="M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1 5.9-5.2-2.8-5.2 2.8 1-5.9-4.3-4.1 5.9-.8z" />
    </svg>
  );
}
