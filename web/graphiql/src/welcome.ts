/** What a tab shows before an example is opened. */
export const welcome = `# Welcome to bizgraph.
#
# 1. Log in with the bar above.
# 2. Open an example (the star).
# 3. Run it with Ctrl-Enter.
#
# Ctrl-Space completes, and the book
# explains every type and field.

{
  viewer {
    name
    role
    tenant {
      name
    }
  }
}
`;
