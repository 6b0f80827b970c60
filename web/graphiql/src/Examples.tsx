import { type GraphiQLPlugin, useGraphiQL, useGraphiQLActions } from "@graphiql/react";

import examples from "./examples.json";

type Example = (typeof examples)[number];

/** The side list of operations that work as they are, or after their ids are filled in. */
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

  // A caller sees the root field of no module but its own tenant's.
  const visible = schema?.getQueryType()?.getFields() ?? {};
  const modules = [...new Set(examples.map((example) => example.module))].filter(
    (module) => module === "platform" || module in visible,
  );

  function open(example: Example) {
    if (tab?.query?.trim()) {
      addTab();
    }
    const variables = JSON.stringify(example.variables, null, 2).replaceAll(
      "{{new key}}",
      crypto.randomUUID(),
    );
    const shown = variables === "{}" ? "" : variables;
    queryEditor?.setValue(example.query);
    queryEditor?.setScrollPosition({ scrollTop: 0, scrollLeft: 0 });
    variableEditor?.setValue(shown);
    updateActiveTabValues({ query: example.query, variables: shown });
  }

  return (
    <section className="examples">
      <div className="graphiql-doc-explorer-title">Examples</div>
      {modules.map((module) => (
        <div key={module}>
          <h3>{module}</h3>
          <ul>
            {examples
              .filter((example) => example.module === module)
              .map((example) => (
                <li key={example.name}>
                  <button type="button" onClick={() => open(example)}>
                    {example.name}
                  </button>
                </li>
              ))}
          </ul>
        </div>
      ))}
      {modules.length < 2 && <p>Log in with the bar above to see the examples of a business.</p>}
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
