// Runs every audit of GraphQL over HTTP against the address in the first argument. Prints one
// line an audit; fails when one of them does.
import { serverAudits } from 'graphql-http';

const audits = serverAudits({ url: process.argv[2] });
let failed = 0;
for (const audit of audits) {
  const result = await audit.fn();
  const passed = result.status === 'ok';
  failed += passed ? 0 : 1;
  console.log(`${passed ? 'ok' : result.status} ${audit.id} ${audit.name}${passed ? '' : `: ${result.reason}`}`);
}
console.log(`${audits.length - failed} of ${audits.length} audits passed`);
process.exitCode = failed === 0 ? 0 : 1;
