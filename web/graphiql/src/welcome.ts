/** What a tab shows before an example is opened. */
export const welcome = `# Welcome to bizgraph.
#
# 1. Log in with the bar above.
# 2. Open an example (star).
# 3. Run it: Ctrl-Enter.
#
# Ctrl-Space completes. The book
# explains types and fields.

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
